import Foundation

/// Reads a small text file, such as a configuration or a secret.
enum SmallFile {
    /// Why a file could not be read; completes the sentence "the file …".
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// The file's text.
    ///
    /// Blocks for as long as the file system does: for start-up only.
    static func text(at path: String, maximumBytes: Int) throws(Unreadable) -> String {
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            data = try file.read(upToCount: maximumBytes + 1) ?? Data()
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
            throw Unreadable(description: "does not exist.")
        } catch let error as CocoaError where error.code == .fileReadNoPermission {
            throw Unreadable(description: "may not be read by this user; check its owner and mode.")
        } catch {
            throw Unreadable(description: "cannot be read; check that it is a file and that this user may read it.")
        }
        guard data.count <= maximumBytes else { throw Unreadable(description: "is larger than \(maximumBytes) bytes.") }
        guard let text = String(data: data, encoding: .utf8) else { throw Unreadable(description: "is not UTF-8 text.") }
        return text
    }
}

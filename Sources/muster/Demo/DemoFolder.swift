import Foundation
import Scheduler

/// The temporary folder of a demo, which only its owner may enter: configuration files, the sandbox's token, logs.
struct DemoFolder: Sendable {
    /// Where it is.
    let path: String

    /// Makes the folder and lends it; it is gone afterwards.
    static func with<Value>(_ body: (DemoFolder) async throws -> Value) async throws -> Value {
        let path = FileManager.default.temporaryDirectory.appending(path: "muster-demo-\(UUID.random().uuidString.prefix(8).lowercased())")
            .path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let folder = DemoFolder(path: path)
        do {
            let value = try await body(folder)
            folder.remove()
            return value
        } catch {
            folder.remove()
            throw error
        }
    }

    /// Removes it; what cannot be removed is left to the system's own clean-up of temporary folders.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file that only its owner can read.
    func write(_ text: String, to name: String) throws -> String {
        let path = file(name)
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
            throw CommandFailure(.failed, "The file \(path) cannot be written; check that the temporary folder has room.")
        }
        return path
    }
}

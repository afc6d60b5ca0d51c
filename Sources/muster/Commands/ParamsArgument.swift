import Foundation
import Scheduler

/// The params of a task to be submitted: JSON on the command line, in a file, or on standard input.
enum ParamsArgument {
    /// More than the largest params that any configuration allows; a larger file is not read (I9).
    static let maximumBytes = 16 << 20

    /// Reads the params.
    ///
    /// - Throws: ``CommandFailure`` with status `usage` when the file cannot be read or is not one JSON object.
    static func read(_ argument: String, input: FileHandle = .standardInput) throws -> JSONBytes {
        let bytes: JSONBytes
        if argument == "-" {
            bytes = JSONBytes(utf8: Array(try contents(of: input, name: "standard input")))
        } else if argument.hasPrefix("@") {
            bytes = JSONBytes(utf8: Array(try contents(ofFile: String(argument.dropFirst()), name: "params file")))
        } else {
            bytes = JSONBytes(argument)
        }
        switch bytes.form {
        case .object: return bytes
        case .repeatedKey(let key):
            throw CommandFailure(.usage, "The params have the key '\(InertText.make(key))' twice in one object; give it once.")
        case .other:
            throw CommandFailure(
                .usage, "The params are not one JSON object; write --params '{\"key\": \"value\"}', --params @file.json or --params -.")
        }
    }

    /// Reads a file whole.
    static func contents(ofFile path: String, name: String) throws -> Data {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(.usage, "The \(name) '\(InertText.make(path))' cannot be read; check that it exists and may be read.")
        }
        defer { try? file.close() }
        return try contents(of: file, name: "the \(name)")
    }

    private static func contents(of handle: FileHandle, name: String) throws -> Data {
        let data: Data
        do {
            data = try handle.read(upToCount: maximumBytes + 1) ?? Data()
        } catch {
            throw CommandFailure(.usage, "The params cannot be read from \(name).")
        }
        guard data.count <= maximumBytes else {
            throw CommandFailure(.usage, "The params in \(name) are larger than 16 MiB.")
        }
        return data
    }
}

import Foundation
import Scheduler

/// `--users-file` and `--rooms-file`: the ids that a task is about from a file, one a line.
struct ListFileArgument {
    /// The key of the params that holds the list.
    let key: String
    /// What a line names.
    let noun: String

    /// The users of a `redact_users`.
    static let users = ListFileArgument(key: "users", noun: "user")
    /// The rooms of a `delete_rooms`.
    static let rooms = ListFileArgument(key: "rooms", noun: "room")

    /// Puts the ids of a file into the params.
    ///
    /// Empty lines and lines that begin with # do not count.
    ///
    /// - Throws: ``CommandFailure`` with status `usage` when the file cannot be read or names nothing.
    func add(_ path: String, to params: JSONBytes) throws -> JSONBytes {
        let bytes = try ParamsArgument.contents(ofFile: path, name: "\(key) file")
        guard let text = String(data: bytes, encoding: .utf8) else {
            throw CommandFailure(.usage, "The \(key) file '\(InertText.make(path))' is not UTF-8 text.")
        }
        let ids = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        guard !ids.isEmpty else {
            throw CommandFailure(.usage, "The \(key) file '\(InertText.make(path))' names no \(noun); write one \(noun) id a line.")
        }
        guard var object = try? JSONSerialization.jsonObject(with: params.data) as? [String: Any], object[key] == nil else {
            throw CommandFailure(.usage, "Give the \(key) either in --params or in --\(key)-file.")
        }
        object[key] = ids
        return JSONBytes(utf8: Array(try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])))
    }
}

import Foundation
import Scheduler

/// `--users-file`: the users of a `redact_users` from a file, one a line.
enum UsersFileArgument {
    /// Puts the users of a file into the params.
    ///
    /// Empty lines and lines that begin with # do not count.
    ///
    /// - Throws: ``CommandFailure`` with status `usage` when the file cannot be read or names nobody.
    static func add(_ path: String, to params: JSONBytes) throws -> JSONBytes {
        let bytes = try ParamsArgument.contents(ofFile: path, name: "users file")
        guard let text = String(data: bytes, encoding: .utf8) else {
            throw CommandFailure(.usage, "The users file '\(InertText.make(path))' is not UTF-8 text.")
        }
        let users = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        guard !users.isEmpty else {
            throw CommandFailure(.usage, "The users file '\(InertText.make(path))' names no user; write one user id a line.")
        }
        guard var object = try? JSONSerialization.jsonObject(with: params.data) as? [String: Any], object["users"] == nil else {
            throw CommandFailure(.usage, "Give the users either in --params or in --users-file.")
        }
        object["users"] = users
        return JSONBytes(utf8: Array(try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])))
    }
}

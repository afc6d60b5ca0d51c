import Foundation
import Subprocess

/// synadm as an operator runs it: one command a process, against one base URL.
struct Synadm {
    /// What a command came to.
    struct Answer {
        let code: Int32
        let output: String
        let error: String

        /// The JSON that was printed, a value a line; some commands print several.
        var values: [Any] {
            output.split(separator: "\n").filter { $0.first == "{" || $0.first == "[" }.compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8))
            }
        }

        /// The paths of all keys in it.
        var fields: Set<String> { values.reduce(into: []) { $0.formUnion(Self.fields($1, "")) } }

        private static func fields(_ value: Any, _ path: String) -> Set<String> {
            switch value {
            case let object as [String: Any]:
                object.reduce(into: []) { $0.formUnion(fields($1.value, path + "." + $1.key).union([path + "." + $1.key])) }
            case let list as [Any]: list.reduce(into: []) { $0.formUnion(fields($1, path + "[]")) }
            default: []
            }
        }
    }

    private let configuration: String

    /// Writes a configuration file into a folder.
    init(folder: URL, url: String, token: String, serverName: String) throws {
        let file = folder.appending(path: "synadm-\(UUID().uuidString).yaml")
        let text = """
            base_url: \(url)
            admin_path: /_synapse/admin
            matrix_path: /_matrix
            user: admin
            token: \(token)
            protocol: http
            timeout: 30
            homeserver: \(serverName)
            server_discovery: well-known
            format: minified
            ssl_verify: true

            """
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        configuration = file.path
    }

    /// Runs one command without prompts, at most for two minutes, which covers an installation.
    func run(_ arguments: [String]) async throws -> Answer {
        let script =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/") + "/scripts/synadm"
        let result = try await Subprocess.run(
            .name("timeout"), arguments: Arguments(["120", script, "run", "--batch", "-o", "minified", "-c", configuration] + arguments),
            input: .none, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard case .exited(let code) = result.terminationStatus else { return Answer(code: -1, output: "", error: result.standardError) }
        return Answer(code: Int32(code), output: result.standardOutput, error: result.standardError)
    }
}

import Foundation
import Subprocess

@testable import muster

/// The built binary, run as anybody would run it.
enum MusterBinary {
    /// What a run came to.
    struct Answer: Sendable {
        var status: Int32
        var output: String
        var error: String
    }

    /// Beside the test bundle, where the build puts both.
    static var path: String {
        get throws {
            let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: bundle).deletingLastPathComponent().appending(path: "muster").path
        }
    }

    /// Runs the binary to its end; cancelled, and so killed, after the limit.
    static func run(_ arguments: [String], environment: [String: String] = [:], within limit: Duration = .seconds(30)) async throws
        -> Answer
    {
        let path = try path
        return try await Deadline.run(within: limit, orFail: "muster \(arguments.joined(separator: " ")) did not end in time.") {
            let variables: [Environment.Key: String?] = Dictionary(
                uniqueKeysWithValues: environment.map { (Environment.Key(rawValue: $0.key) ?? "UNUSED", $0.value) })
            let result = try await Subprocess.run(
                .path(.init(path)), arguments: Arguments(arguments),
                environment: .inherit.updating(["MUSTER_DSN": nil]).updating(variables),
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            guard case .exited(let code) = result.terminationStatus else {
                throw CommandFailure(.failed, "muster was ended by a signal: \(result.terminationStatus)")
            }
            return Answer(status: Int32(code), output: result.standardOutput, error: result.standardError)
        }
    }
}

import Foundation
import Subprocess

@testable import muster

extension MusterBinary {
    /// Runs the binary and reacts to the lines of its log.
    ///
    /// - Parameter onLine: gets each line, and what sends a signal to the process
    /// - Returns: the exit status and all lines.
    static func follow(
        _ arguments: [String], within limit: Duration = .seconds(30),
        onLine: @escaping @Sendable (String, _ send: (Signal) throws -> Void) async throws -> Void
    ) async throws -> (status: Int32, lines: [String]) {
        let path = try path
        return try await Deadline.run(within: limit, orFail: "muster \(arguments.joined(separator: " ")) did not end in time.") {
            let result = try await Subprocess.run(
                .path(.init(path)), arguments: Arguments(arguments), environment: .inherit.updating(["MUSTER_DSN": nil]), input: .none,
                output: .discarded, error: .sequence
            ) { execution in
                var seen: [String] = []
                for try await line in execution.standardError.strings() {
                    seen.append(line)
                    try await onLine(line) { try execution.send(signal: $0) }
                }
                return seen
            }
            guard case .exited(let code) = result.terminationStatus else {
                throw CommandFailure(.failed, "muster was ended by a signal: \(result.terminationStatus)")
            }
            return (Int32(code), result.closureResult)
        }
    }
}

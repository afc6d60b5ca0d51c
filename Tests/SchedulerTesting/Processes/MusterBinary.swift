import FoundationEssentials
import Glibc
import Subprocess

/// The built `muster`, run to its end as anybody would run it.
public enum MusterBinary {
    /// What a run came to.
    public struct Answer: Sendable {
        /// The exit code; 124 when it was stopped after a minute.
        public let code: Int32
        /// Standard output.
        public let output: String
        /// Standard error.
        public let error: String
    }

    /// Where it is: `MUSTER_BINARY`, for measurements with a build for release; else beside the test bundle, where the build puts both.
    public static var path: String {
        get throws {
            if let named = getenv("MUSTER_BINARY") { return String(cString: named) }
            return try path(of: "muster")
        }
    }

    /// Where another program of the same build is.
    public static func path(of program: String) throws -> String {
        let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        guard let slash = runner.lastIndex(of: "/") else { throw NotInTime(description: "The test process has no folder.") }
        return String(runner[...slash]) + program
    }

    /// Runs one command, at most for a minute.
    public static func run(_ arguments: [String]) async throws -> Answer {
        let result = try await Subprocess.run(
            .name("timeout"), arguments: Arguments(["--kill-after=5", "60", try path] + arguments),
            environment: .inherit.updating(["MUSTER_DSN": nil]), input: .none, output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        guard case .exited(let code) = result.terminationStatus else {
            throw EndedBySignal(description: "muster \(arguments.joined(separator: " ")) ended: \(result.terminationStatus)")
        }
        return Answer(code: Int32(code), output: result.standardOutput, error: result.standardError)
    }

    /// A command that did not exit.
    public struct EndedBySignal: Error, CustomStringConvertible {
        /// Which, and how it ended.
        public let description: String
    }
}

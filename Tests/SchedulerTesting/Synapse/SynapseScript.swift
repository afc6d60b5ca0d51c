import Subprocess

/// Runs `scripts/synapse` of this checkout.
enum SynapseScript {
    /// Runs one command and returns what it prints on standard output.
    ///
    /// Ends it after five minutes, which covers an installation.
    static func run(_ arguments: String...) async throws -> String { try await run(arguments) }

    /// The same, with a list.
    static func run(_ arguments: [String]) async throws -> String {
        // timeout(1) passes the signal on to the script, which then takes down what it has started.
        let result = try await Subprocess.run(
            .name("timeout"), arguments: Arguments(["--kill-after=30", "270", path] + arguments),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw SynapseError("scripts/synapse \(arguments[0]) failed (\(result.terminationStatus)): \(result.standardError)")
        }
        return result.standardOutput
    }

    /// This file lies four levels below the root of the checkout.
    private static var path: String {
        let levels = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        return levels.joined(separator: "/") + "/scripts/synapse"
    }
}

import FoundationEssentials
import Glibc
import Subprocess

// MARK: - Put back to what it was

extension RealSynapse {
    /// Copies what the database holds, so that ``putBack()`` can return to it; all processes are stopped meanwhile.
    public func keep() async throws {
        try await whileStopped {
            try await Self.copy("\(folder)/postgres", to: "\(folder)/kept")
        }
    }

    /// Returns to what ``keep()`` has copied; addresses and tokens stay the same.
    public func putBack() async throws {
        try await whileStopped {
            try FileManager.default.removeItem(atPath: "\(folder)/postgres")
            try await Self.copy("\(folder)/kept", to: "\(folder)/postgres")
        }
    }

    private func whileStopped(_ body: () async throws -> Void) async throws {
        _ = try await SynapseScript.run("stop", folder)
        try await body()
        _ = try await SynapseScript.run(
            ["start", folder, "--parent-pid", String(getpid()), "--wipe"] + (isDurable ? ["--durable"] : []))
    }

    /// Owners and permissions stay as they are.
    private static func copy(_ from: String, to: String) async throws {
        let result = try await Subprocess.run(
            .name("cp"), arguments: ["-a", from, to], output: .discarded, error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            throw SynapseError("\(from) could not be copied: \(result.standardError)")
        }
    }
}

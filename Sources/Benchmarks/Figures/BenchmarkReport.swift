public import struct Foundation.Date

/// One invocation: on what, with what, and what came out.
public struct BenchmarkReport: Codable, Sendable {
    /// When it began.
    public var startedAt: Date
    /// The machine.
    public var machine: MachineDescription
    /// The server.
    public var server: ServerDescription
    /// `release`, or `debug`, whose figures say nothing.
    public var build: String
    /// The version of Muster.
    public var version: String
    /// The rows.
    public var results: [BenchmarkResult]

    /// Makes a report.
    public init(
        startedAt: Date, machine: MachineDescription, server: ServerDescription, build: String, version: String, results: [BenchmarkResult]
    ) {
        self.startedAt = startedAt
        self.machine = machine
        self.server = server
        self.build = build
        self.version = version
        self.results = results
    }

    /// How this very binary was built.
    public static var ownBuild: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    enum CodingKeys: String, CodingKey {
        case machine, server, build, version, results
        case startedAt = "started_at"
    }
}

import Foundation
import Migrations
import Postgres
import SchedulerTesting

@testable import Scheduler

/// The version before this one, as `scripts/previous-build` built it; there is none unless `MUSTER_PREVIOUS_BUILD` says where.
struct PreviousBuild: Sendable {
    private let folder: String

    /// The one of this run.
    static let current = ProcessInfo.processInfo.environment["MUSTER_PREVIOUS_BUILD"].flatMap {
        $0.isEmpty ? nil : PreviousBuild(folder: $0)
    }

    /// Its worker.
    var worker: String { "\(folder)/.build/debug/fault-worker" }

    /// The scripts that it brought, in order; this build must have them unchanged.
    func scripts() throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/migrations").filter {
            $0.hasSuffix(".sql") && $0 != "schema.sql"
        }
        return try files.sorted().map { try String(contentsOfFile: "\(folder)/migrations/\($0)", encoding: .utf8) }
    }
}

/// Brings an empty store to the schema that these scripts make.
func migrate(_ conninfo: String, with scripts: [Migration]) async throws {
    try await withClient(conninfo) { client in
        try await client.transaction { connection in
            try await connection.script(SchemaScripts.lockAndPrepare)
            for migration in scripts {
                try await SchemaScripts.apply(migration, on: connection)
            }
        }
    }
}

import Foundation
import SchedulerTesting
import Subprocess
import Testing

/// `migrations/schema.sql` is what the numbered scripts together come to.
@Suite(.timeLimit(.minutes(2)))
struct SchemaSnapshotTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func `the committed schema is what the scripts make`() async throws {
        let committed = try String(contentsOf: Self.root.appending(path: "migrations/schema.sql"), encoding: .utf8)
        try await withMusterDatabase { database in
            let dump = try await run(
                .path(.init(Self.root.appending(path: "scripts/dump-schema").path)), arguments: ["--from", database.conninfo],
                output: .string(limit: 1_000_000), error: .string(limit: 10_000))
            let problem = dump.standardError
            try #require(dump.terminationStatus.isSuccess, "scripts/dump-schema --from failed: \(problem)")
            let migrated = dump.standardOutput
            #expect(migrated.contains("CREATE TABLE muster.task ("))
            let difference = Self.firstDifference(committed, migrated)
            #expect(difference == nil, "migrations/schema.sql is out of date: run scripts/dump-schema and commit what it writes.")
        }
    }

    private static func firstDifference(_ committed: String, _ migrated: String) -> String? {
        guard committed != migrated else { return nil }
        let old = committed.split(separator: "\n", omittingEmptySubsequences: false)
        let new = migrated.split(separator: "\n", omittingEmptySubsequences: false)
        let line = zip(old, new).prefix { $0 == $1 }.count
        return "line \(line + 1): '\(old.dropFirst(line).first ?? "")' is committed, '\(new.dropFirst(line).first ?? "")' is migrated"
    }
}

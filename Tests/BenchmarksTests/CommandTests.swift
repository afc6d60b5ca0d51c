import Foundation
import Postgres
import Scheduler
import SchedulerTesting
import Testing

@testable import Benchmarks

/// Each subcommand once, tiny, on a real server, as the built binary with its processes.
@Suite(.timeLimit(.minutes(3))) struct `muster bench` {
    private func report(_ arguments: [String]) async throws -> [BenchmarkResult] {
        let dsn = try await TestServer.shared.server().conninfo
        let answer = try await MusterBinary.run(["bench"] + arguments + ["--json", "--dsn", dsn])
        try #require(answer.code == 0, "\(answer.error)")
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { _ in Date() }
        let report = try decoder.decode(BenchmarkReport.self, from: Data(answer.output.utf8))
        #expect(report.server.settings["fsync"] == "off" && report.machine.cores > 0 && !report.server.isPrivate)
        #expect(report.results.allSatisfy { $0.rate.map { $0.median > 0 } ?? true })
        return report.results
    }

    @Test func `drain works off every task and stands beside the limit`() async throws {
        let rows = try await report(["drain", "--tasks", "500", "--repeats", "2", "--params-bytes", "200", "--work-ms", "1"])
        let drain = try #require(rows.first { $0.benchmark == "drain" })
        #expect(drain.rate?.runs == 2 && drain.parts?.count == 5 && drain.ofLimit != nil && drain.residentMiB != nil)
        #expect(rows.contains { $0.benchmark == "limit" })
    }

    @Test func `the guard fails when drain has become slow`() async throws {
        let rows = try await report(["drain", "--tasks", "600", "--repeats", "1", "--work-ms", "20", "--concurrency", "2"])
        #expect(QuickSuite.complaint(about: rows)?.contains("something on its way has become slow") == true)
    }

    @Test func `limit finishes every task at each batch size`() async throws {
        let rows = try await report(["limit", "--tasks", "300", "--repeats", "1"])
        #expect(rows.map { $0.settings["batch"] } == [1000, 100, 10])
    }

    @Test func `submit is measured beside the same rows by COPY`() async throws {
        let rows = try await report(["submit", "--tasks", "1000", "--batch", "300", "--repeats", "1"])
        #expect(rows.count == 2 && rows[0].ofLimit != nil && rows.allSatisfy { $0.rate != nil })
    }

    @Test func `one by one is measured beside pgbench`() async throws {
        let rows = try await report(["one-by-one", "--seconds", "1", "--clients", "2", "--repeats", "1"])
        #expect(rows.count == 2 && rows[0].latency != nil && rows[0].ofLimit != nil)
    }

    @Test func `backlog leaves what is behind`() async throws {
        let rows = try await report(["backlog", "--tasks", "100", "--repeats", "1"])
        #expect(rows.map { $0.settings["backlog"] } == [100, 1000, 5000])
        #expect(rows.dropFirst().allSatisfy { $0.figures["ratio_to_first"] != nil })
    }

    @Test func `bloat tells each fifth, clean and with an old snapshot`() async throws {
        let rows = try await report(["bloat", "--tasks", "500", "--repeats", "1"])
        #expect(rows.map { $0.settings["held"] } == [0, 1, 0, 1, 0, 1] && rows.allSatisfy { $0.parts?.count == 5 })
    }

    @Test func `latency counts every task but those of the warm-up`() async throws {
        let rows = try await report(["latency", "--seconds", "1", "--repeats", "1"])
        #expect(rows.first?.latency?.count == 100)
    }

    @Test func `steady tells each slice`() async throws {
        let rows = try await report(["steady", "--tasks", "500", "--seconds", "2"])
        #expect(rows.count == 3 && rows[0].latency != nil && rows[1].figures["hot_mib"] != nil)
    }

    @Test func `http submits to a process of its own`() async throws {
        let rows = try await report(["http", "--seconds", "1", "--clients", "2", "--repeats", "1"])
        #expect(rows.first?.latency != nil && rows.first?.residentMiB != nil)
    }

    @Test func `idle watches a worker that has nothing to do`() async throws {
        let row = try #require(try await report(["idle", "--seconds", "1"]).first)
        #expect(row.statementsPerSecond != nil && row.residentMiB != nil && row.figures["cpu_percent"] != nil)
    }

    @Test func `it leaves no database behind`() async throws {
        _ = try await report(["limit", "--tasks", "10", "--batch", "10", "--repeats", "1"])
        // Those of this test's own process are named after it; others may be at work beside.
        let names = try await TestServer.shared.admin().execute(ListDatabases())
        let living = names.compactMap { $0.split(separator: "_").dropFirst(2).first.flatMap { pid_t($0) } }
        #expect(living.allSatisfy { kill($0, 0) == 0 })
    }

    @Test func `it refuses a database in which tasks wait`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try NoOpFleet.scheduler(client: database.client)
            _ = try await scheduler.submit(TaskRequest(action: NoOp.name, params: NoOp.params(bytes: 30)))
            let answer = try await MusterBinary.run(["bench", "limit", "--tasks", "1", "--dsn", database.conninfo])
            #expect(answer.code == 1 && answer.error.contains("1 unfinished task") && answer.output.isEmpty, "\(answer.error)")
        }
    }

    @Test func `numbers out of range are named`() async throws {
        let answer = try await MusterBinary.run(["bench", "drain", "--repeats", "0"])
        #expect(answer.code == 64 && answer.error.contains("--repeats"))
    }
}

/// The databases of benchmarks.
private struct ListDatabases: Statement {
    static let name = "test_list_databases"
    static let sql = "SELECT datname::text FROM pg_database WHERE datname LIKE 'muster_bench_%'"

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

import Postgres
import Scheduler
import SchedulerTesting
import Testing

/// What a process holds that has nothing to do.
@Suite(.timeLimit(.minutes(2)))
struct IdleTests {
    @Test func `an idle process holds three connections: for the heartbeat, to claim and to listen`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            try await database.withWorker(scheduler, maintenance: false) { _ in
                // Busy first, so that everything was opened.
                let ids = try await scheduler.submit((0..<50).map { _ in try TaskRequest(Probe.self, ProbeParams()) }).map(\.id)
                for id in ids { try await scheduler.wait(for: id, status: .complete) }
                let admin = try await TestServer.shared.admin()
                try await eventually("three connections", timeout: .seconds(60)) {
                    try await admin.execute(SessionsOf(database: database.name)) == [
                        "test client", "test worker claims", "test worker heartbeat",
                    ]
                }
                let next = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                try await scheduler.wait(for: next, status: .complete)
            }
        }
    }
}

private struct SessionsOf: Statement {
    static let name = "test_sessions_of"
    static let sql = "SELECT application_name FROM pg_stat_activity WHERE datname = $1::text ORDER BY application_name"
    let database: String

    func bind(_ binds: inout Binds) { binds.add(database) }
    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

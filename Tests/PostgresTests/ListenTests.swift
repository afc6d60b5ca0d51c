import Postgres
import SchedulerTesting
import Testing

struct ListenTests {
    @Test func `notifications arrive after listening was announced`() async throws {
        try await withTestDatabase { database in
            let events = database.client.listen(["tasks", "odd \"name"])
            #expect(await events.next() == .reconnected)
            _ = try await database.client.execute(Notify(channel: "tasks", payload: "7"))
            _ = try await database.client.execute(Notify(channel: "odd \"name", payload: ""))
            #expect(await events.next() == .notification(PostgresNotification(channel: "tasks", payload: "7")))
            #expect(await events.next() == .notification(PostgresNotification(channel: "odd \"name", payload: "")))
        }
    }

    @Test func `a listener that was cut off says so when it is back`() async throws {
        try await withTestDatabase { database in
            let events = database.client.listen(["tasks"])
            #expect(await events.next() == .reconnected)
            let listeners = try await database.client.execute(Listeners())
            #expect(listeners.count == 1)
            for listener in listeners { _ = try await database.client.execute(TerminateBackend(id: listener)) }
            #expect(await events.next() == .reconnected)
            _ = try await database.client.execute(Notify(channel: "tasks", payload: "after"))
            #expect(await events.next() == .notification(PostgresNotification(channel: "tasks", payload: "after")))
        }
    }

    @Test func `listening ends with the reader and with the client`() async throws {
        try await withTestDatabase { database in
            let reader = Task { for await _ in database.client.listen(["tasks"]) {} }
            try await eventually("a listener") { try await database.client.execute(Listeners()).count == 1 }
            reader.cancel()
            try await eventually("no listener") { try await database.client.execute(Listeners()).isEmpty }

            let events = database.client.listen(["tasks"])
            #expect(await events.next() == .reconnected)
            await database.client.shutdown()
            #expect(await events.next() == nil)
        }
    }
}

private struct Notify: Statement {
    static let name = "notify"
    static let sql = "SELECT pg_notify($1::text, $2::text)"
    let channel: String
    let payload: String

    func bind(_ binds: inout Binds) {
        binds.add(channel)
        binds.add(payload)
    }
}

private struct Listeners: Statement {
    static let name = "listeners"
    static let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"

    static func decode(_ row: inout RowReader) throws -> Int32 { try row.next() }
}

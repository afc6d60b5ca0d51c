import Foundation
import Logging
import Postgres
import SchedulerTesting
import Testing

/// `muster import synapse` on a Synapse whose background worker is gone: its tasks are really stuck.
@Suite(.timeLimit(.minutes(5))) struct ImportTests {
    private struct Page: Decodable {
        let tasks: [Row]
    }

    private struct Row: Decodable {
        struct Submitted: Decodable {
            let id, kind: String
        }
        let id, action, status, stuck: String
        let resource_id, equivalent, problem: String?
        let submitted: Submitted?
    }

    private struct Identifier: Decodable {
        let redact_id, purge_id, delete_id: String?
    }

    /// All of Synapse's rows, as text.
    private struct AllRows: Statement {
        static let name = "all_rows"
        static let sql = "SELECT t::text FROM scheduled_tasks t ORDER BY id"
        static func decode(_ row: inout RowReader) throws -> String { try row.next() }
    }

    /// What a release that knew another action leaves behind: in today's Synapse it stops all others.
    private struct LeaveUnknown: Statement {
        static let name = "leave_unknown"
        static let sql = """
            INSERT INTO scheduled_tasks (id, action, status, timestamp, resource_id, params)
            VALUES ('abcdefghijklmnop', 'forgotten_by_all', 'active', 1000, NULL, '{}')
            """
    }

    private struct Remove: Statement {
        static let name = "remove"
        static let sql = "DELETE FROM scheduled_tasks WHERE id = $1::text"
        let id: String
        func bind(_ binds: inout Binds) { binds.add(id) }
    }

    private static func withDatabase<R: Sendable>(_ dsn: String, _ body: (PostgresClient) async throws -> R) async throws -> R {
        let client = PostgresClient(PostgresConfiguration(conninfo: dsn), logger: Logger(label: "import-test"))
        do {
            let value = try await body(client)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private static func importing(_ synapse: RealSynapse, _ options: [String]) async throws -> [Row] {
        let answer = try await MusterBinary.run(["import", "synapse", "--dsn", synapse.databaseDSN, "--json"] + options)
        #expect(answer.code == 0, "\(answer)")
        return try JSONDecoder().decode(Page.self, from: Data(answer.output.utf8)).tasks
    }

    @Test func `what is stuck in Synapse is done here, once, and Synapse's rows stay as they are`() async throws {  // I1
        let synapse = try await RealSynapse.start(users: 1)
        do {
            try await withMusterFleet(on: .init(synapse)) { try await Self.story(synapse, $0) }
        } catch {
            try await synapse.stop()
            throw error
        }
        try await synapse.stop()
    }

    private static func story(_ synapse: RealSynapse, _ fleet: MusterFleet) async throws {
        let client = synapse.client
        let user = try await client.makeUser("spammer")
        let (spam, old, gone) = try await (client.createRoom(by: user), client.createRoom(by: user), client.createRoom(by: user))
        try await client.sendMessages(5, to: spam, as: user)
        let messages = try await client.sendMessages(5, to: old, as: user, inFlight: 1)

        try await synapse.kill(.worker)
        func ask(_ method: String, _ path: String, _ body: [String: [String]]) async throws -> Identifier {
            try await client.require(method, "/_synapse/admin/" + path, body: body).decode()
        }
        let redact = try await ask("POST", "v1/user/\(SynapseClient.encoded(user.id))/redact", ["rooms": [spam]]).redact_id
        let purgePath = "/_synapse/admin/v1/purge_history/\(SynapseClient.encoded(old))/\(SynapseClient.encoded(messages[3]))"
        let purge = try await client.require("POST", purgePath, body: ["delete_local_events": true]).decode(Identifier.self).purge_id
        let delete = try await ask("DELETE", "v2/rooms/\(SynapseClient.encoded(gone))", [:]).delete_id
        let before = try await withDatabase(synapse.databaseDSN) { database in
            _ = try await database.execute(LeaveUnknown())
            return try await database.execute(AllRows())
        }

        // Only looking: by default what is old, or unknown.
        let unknown = try await importing(synapse, [])
        #expect(unknown.map(\.id) == ["abcdefghijklmnop"] && unknown[0].stuck == "unknown_action" && unknown[0].problem != nil)
        let all = try await importing(synapse, ["--older-than", "0s"])
        // A new Synapse has a task of its own that waits too, and that has no equivalent here.
        #expect(all.filter { $0.equivalent != nil }.map(\.id) == [redact, purge, delete], "\(all)")
        #expect(Set(all.filter { $0.equivalent == nil }.map(\.id)).isSubset(of: ["abcdefghijklmnop", "delete_old_otks_task"]))
        #expect(all.compactMap(\.equivalent) == ["redact_all_events", "purge_history", "shutdown_and_purge_room"])
        let one = try await importing(synapse, ["--older-than", "0s", "--task", purge ?? ""])
        #expect(one.map(\.resource_id) == [old])

        try await fleet.start("background_worker")
        let main = try await fleet.startMain()
        let applying = ["--older-than", "0s", "--apply"] + fleet.sharedConfiguration
        let applied = try await importing(synapse, applying)
        let again = try await importing(synapse, applying)
        #expect(applied.compactMap(\.submitted?.kind) == ["created", "created", "created"], "\(applied)")
        // By now Synapse also holds what Muster has asked it for: the same ids come back, and nothing is made twice.
        #expect(again.compactMap(\.submitted).allSatisfy { ["same_request", "already_unfinished"].contains($0.kind) }, "\(again)")
        #expect(Set(again.compactMap(\.submitted?.id)) == Set(applied.compactMap(\.submitted?.id)), "\(again)")
        let after = try await withDatabase(synapse.databaseDSN) { try await $0.execute(AllRows()) }
        #expect(Set(before).isSubset(of: after))

        // The redact needs nothing of Synapse's scheduler; purge and delete do, so the operator takes out what was stuck.
        let ids = applied.compactMap(\.submitted?.id)
        let redacted = try await main.ended(ids[0])
        #expect(redacted.status == "complete", "\(redacted)")
        #expect(try await client.readAllMessages(in: spam).allSatisfy(\.isRedacted))
        _ = try await withDatabase(synapse.databaseDSN) { try await $0.executeAll(all.map { Remove(id: $0.id) }) }
        try await synapse.restart(.worker)
        for id in ids.dropFirst() {
            let task = try await main.ended(id, within: .seconds(150))
            #expect(task.status == "complete", "\(task)")
        }
        #expect(try await client.readAllMessages(in: old).map(\.id) == Array(messages[3...]))
        #expect(try await client.roomExists(gone) == false)
    }
}

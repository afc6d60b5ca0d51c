import Foundation
import Scheduler
import SchedulerTesting
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(2))) struct `The commands on a real database` {
    private func json(_ answer: MusterBinary.Answer) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(answer.output.utf8))
    }

    @Test func `migrate may be run twice, and says what it did`() async throws {
        try await withTestDatabase { database in
            let planned = try await MusterBinary.run(["migrate", "--dry-run", "--dsn", database.conninfo])
            #expect(planned.status == 0 && planned.output.contains("would apply"))
            let first = try await MusterBinary.run(["migrate", "--dsn", database.conninfo])
            #expect(first.status == 0 && first.output.contains("applied"), "\(first.error)")
            let second = try await MusterBinary.run(["migrate", "--dsn", database.conninfo])
            #expect(second.status == 0 && second.output == "The schema is up to date.\n")
        }
    }

    @Test func `a parked task is listed, shown, cancelled and retried`() async throws {
        try await withTestDatabase { database in
            let folder = try ConfigurationFolder()
            let file = try folder.write(
                "shared.yaml", "database: {dsn: \"\(database.conninfo)\"}\nroll_call: {on_uncovered: park, grace_period: 0s}\n")
            _ = try await MusterBinary.run(["migrate", "--config-path", file])
            let params = "{\"room_id\": \"!r:example.org\", \"purge_up_to_ts\": 1700000000005}"
            let submitted = try await MusterBinary.run(["tasks", "submit", "purge_history", "--params", params, "--config-path", file])
            #expect(submitted.status == 0 && submitted.error.contains("parked"), "\(submitted.error)")
            let id = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)

            let list = try json(await MusterBinary.run(["tasks", "--json", "--dsn", database.conninfo]))
            #expect(list["tasks"]?.elements?.first?["id"] == .string(id))
            #expect(list["tasks"]?.elements?.first?["status"] == .string("parked"))
            let shown = try json(await MusterBinary.run(["tasks", "show", id, "--json", "--dsn", database.conninfo]))
            #expect(shown["params"]?["room_id"] == .string("!r:example.org"))

            #expect(try await MusterBinary.run(["tasks", "cancel", id, "--config-path", file]).status == 0)
            #expect(try await MusterBinary.run(["tasks", "cancel", id, "--config-path", file]).status == 1)
            #expect(try await MusterBinary.run(["tasks", "watch", id, "--config-path", file]).status == 1)
            #expect(try await MusterBinary.run(["tasks", "retry", id, "--config-path", file]).status == 0)
            #expect(try await MusterBinary.run(["tasks", "cancel", "5", "--config-path", file]).status == 2)
        }
    }

    @Test func `a submission that nobody can run is refused with the processes that lack it`() async throws {
        try await withTestDatabase { database in
            let folder = try ConfigurationFolder()
            let file = try folder.write("shared.yaml", "database: {dsn: \"\(database.conninfo)\"}\nroll_call: {grace_period: 0s}\n")
            _ = try await MusterBinary.run(["migrate", "--config-path", file])
            let params = "{\"room_id\": \"!r:example.org\", \"purge_up_to_ts\": 1700000000005}"
            let answer = try await MusterBinary.run(["tasks", "submit", "purge_history", "--params", params, "--config-path", file])
            #expect(answer.status == 3 && answer.error.contains("purge_history") && answer.error.contains("main"), "\(answer.error)")
            let unknown = try await MusterBinary.run(["tasks", "submit", "nothing", "--config-path", file])
            #expect(unknown.status == 64 && unknown.error.contains("nothing"))
            let wrong = try await MusterBinary.run([
                "tasks", "submit", "purge_history", "--params", "{\"room_id\": 5}", "--config-path", file,
            ])
            #expect(wrong.status == 64 && wrong.error.contains("room_id"))
            let misspelt = try await MusterBinary.run([
                "tasks", "submit", "redact_all_events", "--params", #"{"user_id": "@a:x", "dryrun": true}"#, "--config-path", file,
            ])
            #expect(misspelt.status == 64 && misspelt.error.contains("params: dryrun is not known here; the nearest key is 'dry_run'"))
        }
    }

    @Test func `a copy of another server's database is refused until it is adopted`() async throws {
        try await withTestDatabase { database in
            let folder = try ConfigurationFolder()
            func configuration(_ name: String) throws -> String {
                try folder.write(
                    "\(name).yaml",
                    "server_name: \(name)\ndatabase: {dsn: \"\(database.conninfo)\"}\nroll_call: {on_uncovered: park, grace_period: 0s}\n"
                        + "homeserver: {url: \"http://127.0.0.1:1\", admin_token: x}\n")
            }
            let (original, copy) = (try configuration("example.org"), try configuration("staging.example.org"))
            #expect(try await MusterBinary.run(["migrate", "--config-path", original]).status == 0)
            let submit = [
                "tasks", "submit", "purge_history", "--params", #"{"room_id": "!r:x.org", "purge_up_to_ts": 1700000000005}"#,
                "--config-path",
            ]
            let id = try await MusterBinary.run(submit + [original]).output.trimmingCharacters(in: .whitespacesAndNewlines)
            for refused in [["run", "--config-path", copy], ["migrate", "--config-path", copy], submit + [copy]] {
                let answer = try await MusterBinary.run(refused)
                #expect(answer.status == 78 && answer.error.contains("muster migrate --adopt"), "\(answer.error)")
            }
            // Who only looks may look.
            #expect(try await MusterBinary.run(["tasks", "--config-path", copy]).output.contains(id))
            let adopted = try await MusterBinary.run(["migrate", "--adopt", "--config-path", copy])
            #expect(adopted.status == 0 && adopted.output.contains("1 unfinished tasks are parked"), "\(adopted.error)")
            #expect(try await MusterBinary.run(["migrate", "--adopt", "--config-path", copy]).output.contains("nothing is parked"))
            let shown = try json(await MusterBinary.run(["tasks", "show", id, "--json", "--config-path", copy]))
            #expect(shown["status"] == .string("parked") && shown["reason"] == .string("adopted"))
            #expect(try await MusterBinary.run(submit + [original]).status == 78)
            let resumed = try json(await MusterBinary.run(["migrate", "--resume", "--json", "--config-path", copy]))
            #expect(resumed["resumed"]?.whole == 1)
            #expect(try await MusterBinary.run(["migrate", "--adopt", "--dsn", database.conninfo]).status == 64)
        }
    }

    @Test func `so long from now is counted from the database's now`() async throws {  // I6
        try await withMusterDatabase { database in
            try await database.client.withConnection { connection in
                try await connection.script(
                    "CREATE OR REPLACE FUNCTION muster.clock() RETURNS timestamptz LANGUAGE sql STABLE "
                        + "AS $$ SELECT now() - interval '100 days' $$")
            }
            let folder = try ConfigurationFolder()
            let file = try folder.write(
                "shared.yaml", "database: {dsn: \"\(database.conninfo)\"}\nroll_call: {on_uncovered: park, grace_period: 0s}\n")
            func days(_ time: JSONValue?) throws -> Double {
                try #require((time?.text).flatMap { RFC3339.date($0) }).timeIntervalSinceNow / 86_400
            }
            let params = "{\"room_id\": \"!r:example.org\", \"purge_up_to_ts\": 1700000000005}"
            let submit = ["tasks", "submit", "purge_history", "--params", params, "--run-at", "10d", "--config-path", file]
            let id = try await MusterBinary.run(submit).output.trimmingCharacters(in: .whitespacesAndNewlines)
            let task = try json(await MusterBinary.run(["tasks", "show", id, "--json", "--config-path", file]))
            #expect(abs(try days(task["run_at"]) + 90) < 0.1, "\(task)")
            let create = ["token", "create", "--name", "t", "--role", "viewer", "--expires-in", "10d", "--json", "--config-path", file]
            let token = try json(await MusterBinary.run(create))
            #expect(abs(try days(token["expires_at"]) + 90) < 0.1, "\(token)")
            // Expired by this machine's clock, which does not count.
            #expect(try await MusterBinary.run(["token", "list", "--config-path", file]).output.contains("valid"))
        }
    }

    @Test func `a token is shown once and can be revoked once`() async throws {
        try await withTestDatabase { database in
            _ = try await MusterBinary.run(["migrate", "--dsn", database.conninfo])
            let made = try json(
                await MusterBinary.run(["token", "create", "--name", "t", "--role", "viewer", "--json", "--dsn", database.conninfo]))
            let secret = try #require(made["token"]?.text)
            let list = try await MusterBinary.run(["token", "list", "--json", "--dsn", database.conninfo])
            #expect(list.output.contains("\"viewer\"") && !list.output.contains(secret))
            let id = String(try #require(made["id"]?.whole))
            #expect(try await MusterBinary.run(["token", "revoke", id, "--dsn", database.conninfo]).status == 0)
            #expect(try await MusterBinary.run(["token", "revoke", id, "--dsn", database.conninfo]).status == 2)
        }
    }
}

import ArgumentParser
import Foundation
import Scheduler
import Testing

@testable import muster

@Suite struct `What commands accept` {
    @Test func `a bare tasks lists what is pending`() throws {
        let command = try #require(try Muster.parseAsRoot(["tasks"]) as? ListTasksCommand)
        #expect(command.query.statuses == [.scheduled, .active, .parked])
        #expect(command.query.limit == 100)
    }

    @Test func `filters reach the query`() throws {
        let arguments = ["tasks", "list", "--status", "failed", "complete", "--action", "purge_history", "--limit", "5", "--after", "77"]
        let query = try #require(try Muster.parseAsRoot(arguments) as? ListTasksCommand).query
        #expect(query.statuses == [.failed, .complete])
        #expect(query.action == "purge_history" && query.limit == 5 && query.after == TaskID(rawValue: 77))
        #expect(try #require(try Muster.parseAsRoot(["tasks", "list", "--all"]) as? ListTasksCommand).query.statuses.isEmpty)
    }

    @Test(arguments: [
        ["tasks", "list", "--limit", "0"], ["tasks", "list", "--limit", "1001"], ["tasks", "list", "--all", "--status", "failed"],
        ["tasks", "list", "--status", "nonsense"], ["tasks", "list", "--action", "Bad Name"], ["tasks", "show", "-1"], ["tasks", "cancel"],
        ["tasks", "submit", "purge_history", "--priority", "10"], ["tasks", "submit", "purge_history", "--run-at", "soon"],
        ["tasks", "list", "--dsn", "x", "--config-path", "y"], ["token", "create", "--name", "a\u{1B}b", "--role", "admin"],
        ["token", "create", "--name", "a", "--role", "root"], ["token", "create", "--name", "a", "--role", "admin", "--expires-in", "0s"],
        ["run"], ["nonsense"],
    ])
    func `what makes no sense is refused as usage`(arguments: [String]) {
        #expect {
            _ = try Muster.parseAsRoot(arguments)
        } throws: {
            Muster.exitCode(for: $0).rawValue == 64
        }
    }

    @Test func `what cannot be undone is asked for, but not twice, not of a script, and not for a rehearsal`() throws {
        func question(_ action: ActionName, _ params: String) -> String? {
            Irreversible.question(TaskRequest(action: action, params: JSONBytes(params), resourceID: "@a:x"))
        }
        #expect(question("redact_all_events", "{}") == "What redact_all_events for @a:x does cannot be undone.")
        #expect(question("redact_all_events", #"{"dry_run": true}"#) == nil && question("restore_rate_limit", "{}") == nil)
        #expect(question("delete_rooms", #"{"dry_run": "yes"}"#) != nil)
        let asks = try Confirmation.parse([])
        for answer in ["n", "", "yep", nil] {
            #expect(throws: CommandFailure.self) { try asks.ask("?", isInteractive: true) { answer } }
        }
        for answer in ["y", " YES "] { try asks.ask("?", isInteractive: true) { answer } }
        try asks.ask("?", isInteractive: false) { "n" }
        try Confirmation.parse(["--yes"]).ask("?", isInteractive: true) { "n" }
    }

    @Test func `the command line comes before the environment`() throws {
        let given = try DatabaseOptions.parse(["--dsn", "host=a"])
        #expect(try given.source(environment: ["MUSTER_DSN": "host=b"]) == .dsn("host=a", .none))
        let none = try DatabaseOptions.parse([])
        #expect(try none.source(environment: ["MUSTER_DSN": "host=b"]) == .dsn("host=b", .none))
        #expect(throws: CommandFailure.self) { try none.source(environment: [:]) }
        let pooled = try DatabaseOptions.parse(["--pooler", "transaction"])
        #expect(try pooled.source(environment: ["MUSTER_DSN": "host=b"]) == .dsn("host=b", .transaction))
        #expect(throws: (any Error).self) { try DatabaseOptions.parse(["--config-path", "a", "--pooler", "none"]) }
        #expect(throws: (any Error).self) { try DatabaseOptions.parse(["--dsn", "host=a", "--pooler", "session"]) }
        let files = try DatabaseOptions.parse(["--config-path", "a", "--config-path", "b"])
        #expect(try files.source(environment: ["MUSTER_DSN": "host=b"]) == .configuration(paths: ["a", "b"]))
    }

    @Test func `run_at is a time or a length from now`() throws {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        #expect(MomentArgument(argument: "10m")?.date(from: now) == now.addingTimeInterval(600))
        #expect(MomentArgument(argument: "2023-11-14T22:13:20Z")?.date(from: .distantPast) == now)
    }

    @Test func `every command has a help text with an example`() {
        func check(_ command: any ParsableCommand.Type) {
            #expect(!command.configuration.abstract.isEmpty, "\(command)")
            #expect(command.configuration.discussion.contains("EXAMPLE"), "\(command)")
            for child in command.configuration.subcommands { check(child) }
        }
        check(Muster.self)
    }
}

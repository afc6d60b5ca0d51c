import Foundation
import SchedulerTesting
import Testing

@testable import muster

/// The binary with a person's terminal before it: a real pseudo-terminal, a session of its own.
@Suite(.timeLimit(.minutes(2))) struct `A command that cannot be undone` {
    /// A database in which whatever is submitted is parked, and commands on it.
    private struct Desk {
        let file: String

        static func with(_ body: (Desk) async throws -> Void) async throws {
            try await withTestDatabase { database in
                let folder = try ConfigurationFolder()
                let file = try folder.write(
                    "shared.yaml",
                    "database: {dsn: \"\(database.conninfo)\"}\nroll_call: {on_uncovered: park, grace_period: 0s}\n")
                _ = try await MusterBinary.run(["migrate", "--config-path", file])
                try await body(Desk(file: file))
            }
        }

        /// The end of the command, and all that stood on its terminal.
        ///
        /// - Parameters:
        ///   - keys: what is typed when the question is there; nil when none is expected
        ///   - wrapper: a command between the terminal and `muster`
        func onTerminal(
            _ arguments: [String], typing keys: String?, wrapper: [String] = []
        ) async throws -> (end: MusterProcess.End, screen: String) {
            let terminal = try PseudoTerminal()
            let process = try await MusterProcess.start(
                "muster", program: try MusterBinary.path, arguments + ["--config-path", file],
                wrapper: terminal.wrapper + wrapper)
            if let keys {
                try await eventually("a question") { terminal.screen.contains("[y/N] ") || process.end != nil }
                try terminal.type(keys)
            }
            return (try await process.waitForEnd(), terminal.screen)
        }

        func purge(_ more: String..., typing keys: String?, wrapper: [String] = []) async throws -> (
            end: MusterProcess.End, screen: String
        ) {
            try await onTerminal(Self.purge + more, typing: keys, wrapper: wrapper)
        }

        func run(_ arguments: [String]) async throws -> MusterBinary.Answer {
            try await MusterBinary.run(arguments + ["--config-path", file])
        }

        /// How many tasks were ever stored.
        func tasks() async throws -> Int {
            let answer = try await run(["tasks", "--all", "--json"])
            return try #require(
                try JSONDecoder().decode(JSONValue.self, from: Data(answer.output.utf8))["tasks"]?.elements
            ).count
        }

        static let purge = [
            "tasks", "submit", "purge_history", "--params",
            #"{"room_id": "!r:example.org", "purge_up_to_ts": 1700000000005}"#,
        ]
    }

    @Test func `asks on a terminal, does nothing and ends with 1 unless the answer is yes`() async throws {
        try await Desk.with { desk in
            // No, and the end of input.
            for keys in ["n\n", "\u{4}"] {
                let answer = try await desk.purge(typing: keys)
                #expect(answer.end == .exit(1), "\(answer)")
                #expect(
                    answer.screen.contains(
                        "What purge_history for !r:example.org does cannot be undone. Go on? [y/N] "), "\(answer)")
                #expect(answer.screen.hasSuffix("\nmuster: Nothing was done.\n"), "\(answer)")
            }
            let interrupted = try await desk.purge(typing: "\u{3}")
            #expect(interrupted.end != .exit(0), "\(interrupted)")
            #expect(try await desk.tasks() == 0)
            let yes = try await desk.purge(typing: "y\n")
            #expect(yes.end == .exit(0) && yes.screen.contains("The task is parked"), "\(yes)")
            #expect(try await desk.tasks() == 1)
        }
    }

    @Test func `does not ask after --yes, nor where nobody is at the keyboard`() async throws {
        try await Desk.with { desk in
            let given = try await desk.purge("--yes", typing: nil)
            // As in a script that a person has started, and which reads no keys.
            let script = try await desk.purge(typing: nil, wrapper: ["sh", "-c", "exec \"$@\" </dev/null", "sh"])
            for answer in [given, script] {
                #expect(answer.end == .exit(0) && !answer.screen.contains("[y/N]"), "\(answer)")
            }
            let plain = try await desk.run(Desk.purge)
            #expect(plain.status == 0 && !plain.error.contains("[y/N]"), "\(plain)")
            #expect(try await desk.tasks() == 3)
        }
    }

    @Test func `asks too where it is no task: a token that is revoked`() async throws {
        try await Desk.with { desk in
            _ = try await desk.run(["token", "create", "--name", "t", "--role", "viewer"])
            let no = try await desk.onTerminal(["token", "revoke", "1"], typing: "n\n")
            #expect(
                no.end == .exit(1) && no.screen.contains("Whoever uses token 1 is locked out for good. Go on? [y/N] "),
                "\(no)")
            #expect(try await desk.run(["token", "list"]).output.contains("valid"))
            let yes = try await desk.onTerminal(["token", "revoke", "1"], typing: "yes\n")
            #expect(yes.end == .exit(0) && yes.screen.contains("Token 1 is revoked."), "\(yes)")
        }
    }
}

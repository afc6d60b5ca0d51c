import Foundation
import SchedulerTesting
import Testing

@testable import muster

/// Each mistake gets one clear line that says what is wrong and what to do, and its exit code; never a stack trace.
@Suite(.timeLimit(.minutes(2))) struct `Bad input, given to the binary` {
    /// What makes a process start without complaint about its actions.
    private static let homeserver = "server_name: h.test\nhomeserver: {url: \"http://127.0.0.1:1\", admin_token: x}\n"

    private func expect(
        _ arguments: [String], environment: [String: String] = [:], status: Int32, words: [String], lines expected: Int = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await MusterBinary.run(arguments, environment: environment)
        #expect(answer.status == status, "\(answer.error)", sourceLocation: sourceLocation)
        for word in words { #expect(answer.error.contains(word), "\(answer.error)", sourceLocation: sourceLocation) }
        let lines = answer.error.split(separator: "\n").filter { $0.hasPrefix("muster: ") }
        #expect(lines.count == expected, "\(answer.error)", sourceLocation: sourceLocation)
        #expect(answer.output.isEmpty, sourceLocation: sourceLocation)
    }

    @Test func `an unknown configuration key names the nearest known one`() async throws {
        let folder = try ConfigurationFolder()
        let file = try folder.write("shared.yaml", "database: {dsn: \"postgresql:///x\"}\nrun_background_task_on: main\n")
        try await expect(
            ["run", "--config-path", file], status: 78, words: ["run_background_task_on", "run_background_tasks_on", "shared.yaml"])
    }

    @Test func `a secret file that cannot be read is named`() async throws {
        let folder = try ConfigurationFolder()
        let file = try folder.write("shared.yaml", "database: {dsn_path: /nowhere/dsn}\n")
        try await expect(["run", "--config-path", file], status: 78, words: ["/nowhere/dsn", "dsn_path"])
    }

    @Test func `a configuration file that is not there is named`() async throws {
        try await expect(["run", "--config-path", "/nowhere.yaml"], status: 78, words: ["/nowhere.yaml"])
    }

    @Test func `no database at all is refused with what to give`() async throws {
        try await expect(["tasks"], status: 64, words: ["--config-path", "--dsn", "MUSTER_DSN"])
    }

    @Test func `a database that is away is 69`() async throws {
        try await expect(["tasks", "--dsn", "host=/nowhere"], status: 69, words: ["cannot be reached", "/nowhere"])
        try await expect(["tasks"], environment: ["MUSTER_DSN": "host=/nowhere"], status: 69, words: ["cannot be reached"])
    }

    @Test func `a process tries a database that is away for a bounded time`() async throws {
        let folder = try ConfigurationFolder()
        let file = try folder.write("shared.yaml", "database: {dsn: \"host=/nowhere\"}\nlog: {level: critical}\n" + Self.homeserver)
        try await expect(["run", "--config-path", file], status: 69, words: ["did not answer for ", " s (", "database.dsn"])
    }

    @Test func `a connection string that makes no sense is 78`() async throws {
        try await expect(["tasks", "--dsn", "nonsense"], status: 78, words: ["connection string"])
    }

    @Test func `a role that does not exist is 78`() async throws {
        let server = try await TestServer.shared.server()
        let dsn = server.conninfo.replacing("user='postgres'", with: "user='nobody_at_all'")
        try await expect(["tasks", "--dsn", dsn], status: 78, words: ["refused the login", "nobody_at_all"])
        try await expect(["tasks", "--dsn", server.conninfo(database: "nowhere")], status: 78, words: ["refused the login", "nowhere"])
    }

    @Test func `a database without the schema names the command to run`() async throws {
        try await withTestDatabase { database in
            let folder = try ConfigurationFolder()
            let file = try folder.write("shared.yaml", "database: {dsn: \"\(database.conninfo)\"}\n" + Self.homeserver)
            try await expect(["run", "--config-path", file], status: 78, words: ["muster migrate"])
            try await expect(["tasks", "--dsn", database.conninfo], status: 78, words: ["muster migrate"])
        }
    }

    @Test func `a role that lacks what a process needs is 78, before the day when it matters`() async throws {
        try await withMusterDatabase { database in
            let role = "app_\(UInt64.random(in: 0..<UInt64.max))"
            try await database.client.withConnection { connection in
                try await connection.script(
                    """
                    CREATE ROLE \(role) LOGIN; GRANT USAGE ON SCHEMA muster TO \(role);
                    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA muster TO \(role);
                    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA muster TO \(role)
                    """)
            }
            let folder = try ConfigurationFolder()
            let dsn = "\(database.conninfo) user='\(role)'"
            let file = try folder.write("shared.yaml", "database: {dsn: \"\(dsn)\"}\n" + Self.homeserver)
            try await expect(["run", "--config-path", file], status: 78, words: ["add_partitions", "docs/operations.md"])
            // Who only looks needs less.
            let look = try await MusterBinary.run(["tasks", "--dsn", dsn])
            #expect(look.status == 0, "\(look.error)")
            try await database.client.withConnection { try await $0.script("DROP OWNED BY \(role); DROP ROLE \(role)") }
        }
    }

    @Test func `ports in use and a missing homeserver are named at once, before the database is asked`() async throws {
        let folder = try ConfigurationFolder()
        let (first, second) = (try TakenPort(), try TakenPort())
        let listeners = [first.port, second.port].map { port in
            "{port: \(port), bind_addresses: [\"127.0.0.1\"], type: http, resources: [{names: [health]}]}"
        }
        let text = "database: {dsn: \"host=/nowhere\"}\nlisteners: [\(listeners.joined(separator: ", "))]\n"
        let ports = ["Port \(first.port) is in use", "Port \(second.port) is in use"]
        let without = try folder.write("without.yaml", text)
        try await expect(["run", "--config-path", without], status: 78, words: ports + ["homeserver is missing"], lines: 3)
        let with = try folder.write("with.yaml", text + Self.homeserver)
        try await expect(["run", "--config-path", with], status: 78, words: ports, lines: 2)
    }
}

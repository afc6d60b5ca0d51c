import Foundation
import SandboxHomeserver
import SchedulerTesting
import Subprocess
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(2))) struct `Signals to a process` {
    private func shared(_ folder: ConfigurationFolder, _ database: TestDatabase, homeserver: String, token: String) throws -> String {
        try folder.write(
            "shared.yaml",
            """
            server_name: sandbox.test
            database: {dsn: "\(database.conninfo)"}
            homeserver: {url: "\(homeserver)", admin_token: "\(token)"}
            log: {level: debug, format: json}
            """)
    }

    @Test(arguments: [Signal.terminate, .interrupt])
    func `the first one stops it gracefully`(signal: Signal) async throws {
        try await withMusterDatabase { database in
            let world = try DemoWorld.make(rooms: 1, messagesPerRoom: 1)
            let sandbox = SandboxHomeserver(state: world.state, logger: Logs.forCommands.logger("sandbox"))
            try await sandbox.withServer { address in
                let folder = try ConfigurationFolder()
                let file = try shared(folder, database, homeserver: address.url, token: world.adminToken)
                let end = try await MusterBinary.follow(["run", "--config-path", file]) { line, send in
                    if line.contains("process started") { try send(signal) }
                }
                #expect(end.status == 0, "\(end.lines.suffix(5))")
                #expect(end.lines.contains { $0.contains("process stopped") })
            }
        }
    }

    @Test func `the second one stops it at once, whatever runs`() async throws {
        try await withMusterDatabase { database in
            let world = try DemoWorld.make(rooms: 1, messagesPerRoom: 1)
            world.state.holdJobs()
            let sandbox = SandboxHomeserver(state: world.state, logger: Logs.forCommands.logger("sandbox"))
            try await sandbox.withServer { address in
                let folder = try ConfigurationFolder()
                let file = try shared(folder, database, homeserver: address.url, token: world.adminToken)
                let params = "{\"room_id\": \"\(world.oldRoom)\", \"purge_up_to_ts\": \(world.purgeUpTo), \"delete_local_events\": true}"
                let end = try await MusterBinary.follow(["run", "--config-path", file]) { line, send in
                    if line.contains("process started") {
                        let answer = try await MusterBinary.run([
                            "tasks", "submit", "purge_history", "--params", params, "--config-path", file,
                        ])
                        #expect(answer.status == 0, "\(answer.error)")
                    }
                    if line.contains("attempt started") { try send(.terminate) }
                    // The attempt would be given 30 seconds.
                    if line.contains("stop requested") { try send(.terminate) }
                }
                #expect(end.status == 143, "\(end.lines.suffix(5))")
            }
        }
    }

    @Test func `a second process of one name refuses to start`() async throws {
        try await withMusterDatabase { database in
            let world = try DemoWorld.make(rooms: 1, messagesPerRoom: 1)
            let sandbox = SandboxHomeserver(state: world.state, logger: Logs.forCommands.logger("sandbox"))
            try await sandbox.withServer { address in
                let folder = try ConfigurationFolder()
                let file = try shared(folder, database, homeserver: address.url, token: world.adminToken)
                let end = try await MusterBinary.follow(["run", "--config-path", file]) { line, send in
                    guard line.contains("process started") else { return }
                    let second = try await MusterBinary.run(["run", "--config-path", file, "--log-level", "critical"])
                    #expect(second.status == 3 && second.error.contains("duplicate_instance process=main"), "\(second.error)")
                    try send(.terminate)
                }
                #expect(end.status == 0)
            }
        }
    }

    @Test func `a process whose routes need a homeserver refuses to start without one`() async throws {
        try await withMusterDatabase { database in
            let folder = try ConfigurationFolder()
            let file = try folder.write("shared.yaml", "database: {dsn: \"\(database.conninfo)\"}\nlog: {level: critical}\n")
            let answer = try await MusterBinary.run(["run", "--config-path", file])
            #expect(answer.status == 78, "\(answer.error)")
            #expect(answer.error.contains("homeserver is missing, but main is to run"))
            #expect(answer.error.contains("redact_all_events"))
        }
    }
}

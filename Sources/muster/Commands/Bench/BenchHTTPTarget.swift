import Benchmarks
import Foundation
import Logging
import Postgres
import Scheduler
import Subprocess

/// A real `muster run` for the HTTP benchmark: it serves the native API and runs no task itself.
///
/// Its tasks are redacts of users that exist nowhere; the worker that they are routed to never starts, and its grace period is long, so
/// they wait, as they would while a worker restarts.
enum BenchHTTPTarget {
    /// Starts the process, waits until it answers, lends it and stops it.
    static func with(_ conninfo: String, _ body: @escaping @Sendable (HTTPTarget) async throws -> Void) async throws {
        let token = try await makeToken(conninfo)
        let port = try ListenerProbe.freePort()
        try await DemoFolder.with { folder in
            let file = try folder.write(configuration(conninfo: conninfo, port: port), to: "main.yaml")
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            var options = PlatformOptions()
            options.processGroupID = 0
            options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(15))]
            let result = try await Subprocess.run(
                .path(.init(own)), arguments: ["run", "--config-path", file], environment: .inherit.updating(["MUSTER_DSN": nil]),
                platformOptions: options, input: .none, output: .discarded, error: .discarded
            ) { execution in
                let process = execution.processIdentifier.value
                let outcome: Result<Void, any Error>
                do {
                    try await waitUntilItAnswers(port: port)
                    outcome = .success(
                        try await body(HTTPTarget(port: port, process: process) { request(number: $0, port: port, token: token) }))
                } catch {
                    outcome = .failure(error)
                }
                kill(process, SIGTERM)
                return outcome
            }
            try result.closureResult.get()
        }
    }

    private static func makeToken(_ conninfo: String) async throws -> String {
        let client = PostgresClient(PostgresConfiguration(conninfo: conninfo).forMuster, logger: Logs.forCommands.logger("bench"))
        do {
            let scheduler = TaskScheduler(
                client: client, catalogue: try buildCatalogue(), topology: Topology(), events: LoggingSink(Logs.forCommands.logger("bench"))
            )
            let secret = try await scheduler.createToken(name: "bench", role: .operator, expiresAt: nil).secret
            await client.shutdown()
            return secret
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private static func configuration(conninfo: String, port: Int) -> String {
        let quoted = "\"" + conninfo.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        return """
            server_name: bench.example.org
            database: {dsn: \(quoted)}
            instance_map:
              main: {host: localhost, port: 9093}
              background_worker: {host: localhost, port: 9094}
            run_background_tasks_on: background_worker
            roll_call: {grace_period: 1h}
            log: {level: error}
            listeners:
              - {port: \(port), bind_addresses: ["127.0.0.1"], type: http, resources: [{names: [admin, health]}]}

            """
    }

    private static func request(number: Int, port: Int, token: String) -> [UInt8] {
        let body = "{\"action\":\"redact_all_events\",\"params\":{\"user_id\":\"@user\(number):bench.example.org\",\"rooms\":[]}}"
        let head =
            "POST /_muster/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Bearer \(token)\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return Array((head + body).utf8)
    }

    private static func waitUntilItAnswers(port: Int) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            if try await HTTPProbe.answers(port: port, path: "/health/live") { return }
            guard ContinuousClock.now < end else {
                throw BenchmarkError("The process for the HTTP benchmark did not answer within 30 seconds.")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

import AsyncHTTPClient
import HomeserverClient
import HomeserverTasks
import Postgres
import PrivatePostgres
import SandboxHomeserver
import Scheduler

/// Everything that a demo starts, each inside the one before, so that it ends in the reverse order however it ends.
struct DemoHouse: Sendable {
    /// Whether the end of the work is the end of the demo.
    let exitsWhenDone: Bool
    /// Whether standard output is for a program alone.
    let json: Bool
    /// How long the work may take.
    let patience: Duration

    /// Starts it all, plays the story, and stays until cancelled unless the end of the work is the end.
    ///
    /// - Throws: ``CommandFailure`` when something does not start, or the end is not as asked; `CancellationError` when stopped before it.
    func run() async throws {
        say("This is a SANDBOX on this machine: a private PostgreSQL, and a homeserver that lives in memory. Nothing real is touched.\n")
        try await DemoFolder.with { folder in
            let world = try DemoWorld.make()
            let start = ContinuousClock.now
            try await PrivatePostgres.withServer { postgres in
                step("private PostgreSQL, reachable through a Unix socket only", since: start)
                try await withSandbox(world) { sandbox in
                    let files = try DemoConfiguration.write(
                        into: folder, conninfo: postgres.conninfo, serverName: world.state.serverName, homeserverURL: sandbox,
                        adminToken: world.adminToken)
                    try await serve(world, sandbox: sandbox, files: files, folder: folder, conninfo: postgres.conninfo)
                }
            }
        }
    }

    private func withSandbox(_ world: DemoWorld, _ body: (String) async throws -> Void) async throws {
        let start = ContinuousClock.now
        // It is stopped by cancellation, which its server would call an error.
        let logger = Logs(format: .text, level: .critical).logger("sandbox")
        let sandbox = SandboxHomeserver(serverName: world.state.serverName, state: world.state, logger: logger)
        try await sandbox.withServer { address in
            let contents = "\(world.spam.rooms.count) rooms with \(world.spamMessages) spam messages among chat, and an old room"
            step("sandbox homeserver: \(contents)", since: start)
            try await body(address.url)
        }
    }

    private func serve(_ world: DemoWorld, sandbox: String, files: DemoConfiguration, folder: DemoFolder, conninfo: String) async throws {
        let logger = Logs.forCommands.logger("demo")
        let configuration = try MusterConfiguration.load(paths: [files.shared])
        let client = PostgresClient(PostgresConfiguration(conninfo: conninfo).forMuster, logger: logger)
        do {
            let start = ContinuousClock.now
            _ = try await Migrator(client: client).migrate()
            step("tables, as muster migrate makes them", since: start)
            let story = DemoStory(
                world: world, rest: DemoREST(httpClient: .shared, url: files.url, token: world.adminToken),
                scheduler: TaskScheduler(
                    client: client, catalogue: try Catalogue(HomeserverCatalogue.actions), topology: configuration.topology,
                    settings: configuration.settings, events: LoggingSink(logger)),
                homeserver: HomeserverClient(HomeserverConfiguration(url: sandbox, adminToken: world.adminToken), httpClient: .shared),
                json: json)
            try await live(story, files: files, folder: folder, conninfo: conninfo)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    private func live(_ story: DemoStory, files: DemoConfiguration, folder: DemoFolder, conninfo: String) async throws {
        let processes = [
            DemoProcess(name: "main", configPaths: [files.shared], log: folder.file("main.log")),
            DemoProcess(name: "background_worker", configPaths: [files.shared, files.worker], log: folder.file("background_worker.log")),
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for process in processes { group.addTask { try await process.run() } }
            group.addTask {
                try await tell(story)
                guard !exitsWhenDone else { return }
                await stay(files: files, processes: processes, conninfo: conninfo, token: story.world.adminToken)
            }
            defer { group.cancelAll() }
            // The first end is the story's, or that of a process that should not have ended.
            try await group.next()
        }
    }

    private func tell(_ story: DemoStory) async throws {
        let start = ContinuousClock.now
        try await Deadline.run(within: .seconds(30), orFail: "The demo's processes did not answer the roll call within 30 seconds.") {
            try await story.waitUntilReady()
        }
        step("main and background_worker as processes of their own; the roll call is complete", since: start)
        say("")
        let report = try await Deadline.run(
            within: patience, orFail: "The demo's work was not done after \(Moment.length(patience / .seconds(1)))."
        ) { try await story.play() }
        if json { try Printer.json(report.json) } else { Printer.lines(report.lines(on: .output)) }
        try Printer.requireOutput()
        guard report.isRight else { throw CommandFailure(.failed, "The demo did not end as it should.") }
    }

    private func stay(files: DemoConfiguration, processes: [DemoProcess], conninfo: String, token: String) async {
        say(
            """

            Everything still runs. From another terminal:
              muster tasks list --all --dsn "\(conninfo)"
              muster processes --dsn "\(conninfo)"
              curl -H 'Authorization: Bearer \(token)' \(files.url)/_muster/v1/tasks
              curl \(files.url)/health/ready
              tail -f \(processes.map(\.log).joined(separator: " "))
            Ctrl-C stops it all.
            """)
        // Ctrl-C, which cancels, is the good end here.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }

    private func step(_ what: String, since start: ContinuousClock.Instant) {
        say("  \(what)  (\(Moment.length((ContinuousClock.now - start) / .seconds(1))))")
    }

    private func say(_ text: String) { if !json { Printer.line(text) } }
}

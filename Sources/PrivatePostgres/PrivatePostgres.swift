import FoundationEssentials
import Glibc
import Subprocess
import Synchronization

/// A PostgreSQL server of one's own: no port, no password, reachable only through a Unix socket in a folder that nobody else can enter.
///
/// It ends with the process that started it, even when that is killed.
public final class PrivatePostgres: Sendable {
    private let folder: ServerFolder
    private let run: ServerRun
    private let server: Task<Void, Never>

    private init(folder: ServerFolder, run: ServerRun, server: Task<Void, Never>) {
        self.folder = folder
        self.run = run
        self.server = server
    }

    /// Starts a server, lends it to `body` and stops it.
    public static func withServer<R: Sendable>(
        directory: String? = nil, settings: [String: String] = [:], isolation: isolated (any Actor)? = #isolation,
        body: (PrivatePostgres) async throws -> R
    ) async throws -> R {
        let server = try await start(directory: directory, settings: settings)
        do {
            let value = try await body(server)
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Starts a server and returns when it takes connections.
    ///
    /// Without a `directory` the data is temporary and is removed by ``stop()``; in a directory that holds data of an earlier run, it goes
    /// on from there. Takes about a second the first time. `settings` are server settings such as `fsync` or `max_connections`. Throws
    /// ``PrivatePostgresError`` when PostgreSQL is not installed or does not come up within 30 seconds.
    public static func start(directory: String? = nil, settings: [String: String] = [:]) async throws -> PrivatePostgres {
        let installation = try Installation.find(environment: ProcessInfo.processInfo.environment)
        let account = try ServerAccount.needed()
        let folder = try ServerFolder.prepare(directory, account: account)
        do {
            let launch = ServerLaunch(installation: installation, account: account, folder: folder, settings: settings)
            if !folder.isInitialised { try await launch.initialise() }
            let run = ServerRun()
            let server = Task { await launch.serve(run) }
            let postgres = PrivatePostgres(folder: folder, run: run, server: server)
            try await postgres.becomeReady()
            return postgres
        } catch {
            folder.remove()
            throw error
        }
    }

    /// Stops the server within ten seconds, cutting what is still connected, and removes temporary data.
    public func stop() async {
        server.cancel()
        await server.value
        folder.remove()
    }

    /// Kills the server and removes temporary data; blocks for up to two seconds.
    ///
    /// It is for a process that is ending and can no longer wait for a task; everybody else calls ``stop()``.
    public func abandon() {
        if !run.hasEnded, let process = run.processID { kill(process, SIGQUIT) }
        folder.removeInsistently()
    }

    /// The connection string of the database `postgres`.
    public var conninfo: String { conninfo(database: "postgres") }

    /// The connection string of another database.
    public func conninfo(database: String) -> String {
        let fields = [("host", folder.socketPath), ("user", "postgres"), ("dbname", database)]
        return fields.map { "\($0)='\(Self.escaped($1))'" }.joined(separator: " ")
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            if character == "'" || character == "\\" { text.append("\\") }
            text.append(character)
        }
    }

    private func becomeReady() async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        do {
            while true {
                if let process = run.processID, folder.isReady(process: process) { return }
                if run.hasEnded { throw PrivatePostgresError("PostgreSQL did not start: \(run.lastLines)") }
                if ContinuousClock.now > deadline {
                    throw PrivatePostgresError("PostgreSQL did not take connections within 30 seconds: \(run.lastLines)")
                }
                try await Task.sleep(for: .milliseconds(5))
            }
        } catch {
            server.cancel()
            await server.value
            throw error
        }
    }
}

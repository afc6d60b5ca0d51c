import Foundation
import Glibc
import Logging
import Postgres
import PrivatePostgres
import Scheduler
import SchedulerTesting
import Subprocess

/// A PostgreSQL of one fault's own: on a Unix socket and a TCP port, to be stopped in every way there is and started again.
actor FaultStore {
    nonisolated let folder: String
    nonisolated let port: Int
    /// The socket's connection string, as a test asks the store.
    nonisolated let conninfo: String
    /// The same over TCP, for proxies and for several hosts.
    nonisolated var tcp: String { "host=127.0.0.1 port=\(port) user=postgres dbname=postgres" }
    private var settings: [String: String]
    private var server: PrivatePostgres?

    /// Prepares a folder; starts nothing.
    init(folder: String? = nil, settings: [String: String] = [:]) throws {
        let folder = folder ?? "/tmp/muster-fault-\(UUID().uuidString.prefix(8))"
        self.folder = folder
        port = try FreePort.find()
        conninfo = "host=\(folder)/socket port=\(port) user=postgres dbname=postgres"
        self.settings = [
            "fsync": "off", "shared_buffers": "32MB", "max_connections": "100", "listen_addresses": "127.0.0.1", "port": "\(port)",
        ].merging(settings) { $1 }
    }

    /// Starts the server; the first time with an empty database.
    func start() async throws {
        guard server == nil else { return }
        server = try await PrivatePostgres.start(directory: folder, settings: settings)
    }

    /// Changes settings of the next start.
    func set(_ changes: [String: String]) { settings.merge(changes) { $1 } }

    /// Ends the server: SIGINT cuts everybody off and writes a checkpoint, SIGQUIT does not, SIGKILL leaves no time for anything.
    func end(_ signal: Int32) async throws {
        guard let server else { return }
        let pid = try postmaster()
        var processes = [pid]
        if signal == SIGKILL {
            // As the machine's death would: children first have no time either.
            processes += children(of: pid)
            for child in processes.dropFirst() { kill(child, SIGKILL) }
        }
        kill(pid, signal)
        // One that is still on its way out holds the shared memory, without which no server starts.
        try await eventually("the end of the server", timeout: .seconds(20)) { [processes] in
            processes.allSatisfy { kill($0, 0) != 0 }
        }
        await server.stop()
        self.server = nil
    }

    /// Whether the server that was started still runs.
    var isRunning: Bool { (try? postmaster()).map { kill($0, 0) == 0 } ?? false }

    /// Starts the server again if it has ended by itself.
    func restartIfEnded() async throws {
        if isRunning { return }
        await server?.stop()
        server = nil
        try await start()
    }

    /// Lets clients from this network in.
    func admit(_ network: String) async throws {
        let path = "\(folder)/data/pg_hba.conf"
        let rules = try String(contentsOfFile: path, encoding: .utf8) + "host all all \(network) trust\n"
        try rules.write(toFile: path, atomically: false, encoding: .utf8)
        kill(try postmaster(), SIGHUP)
    }

    /// Ends the server at the end of a test and removes its data.
    func remove() async {
        await server?.stop()
        server = nil
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The server's own process.
    nonisolated func postmaster() throws -> pid_t {
        let file = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
        guard let pid = pid_t(file.prefix { $0 != "\n" }) else { throw NotInTime(description: "the server has no pid file") }
        return pid
    }

    private nonisolated func children(of pid: pid_t) -> [pid_t] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { pid_t($0) }
    }
}

/// Runs SQL for a test on a connection that is closed afterwards.
func script(_ sql: String, on conninfo: String) async throws {
    try await withClient(conninfo) { client in try await client.withConnection { try await $0.script(sql) } }
}

/// Lends a small client.
func withClient<R: Sendable>(_ conninfo: String, poolSize: Int = 2, _ body: (PostgresClient) async throws -> R) async throws -> R {
    var configuration = PostgresConfiguration(conninfo: conninfo)
    configuration.applicationName = "fault test"
    configuration.poolSize = poolSize
    configuration.poolWaitTimeout = .seconds(30)
    let client = PostgresClient(configuration, logger: Logger(label: "fault test") { _ in SwiftLogNoOpLogHandler() })
    do {
        let value = try await body(client)
        await client.shutdown()
        return value
    } catch {
        await client.shutdown()
        throw error
    }
}

/// A port that the kernel chose and nobody has.
enum FreePort {
    static func find() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                bind(descriptor, general, length) == 0 ? getsockname(descriptor, general, &length) : -1
            }
        }
        guard status == 0 else { throw NotInTime(description: "no free port of 127.0.0.1") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

import Foundation
import Glibc
import SchedulerTesting
import Subprocess
import Synchronization

/// A PgBouncer in transaction mode before a fault's store.
final class Bouncer: Sendable {
    /// Where it listens, on a socket in its folder.
    let conninfo: String
    private let serving: Task<Void, Never>
    private let folder: String

    private init(conninfo: String, serving: Task<Void, Never>, folder: String) {
        self.conninfo = conninfo
        self.serving = serving
        self.folder = folder
    }

    /// Whether this machine has it.
    static var isInstalled: Bool { path != nil }

    private static var path: String? {
        ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].first(where: FileManager.default.isExecutableFile(atPath:))
    }

    /// Starts one with a few server connections, so that every client shares.
    static func start(before store: FaultStore, serverConnections: Int = 6) async throws -> Bouncer {
        guard let path else { throw NotInTime(description: "pgbouncer is not installed: apt-get install pgbouncer") }
        let folder = "/tmp/muster-bouncer-\(UUID().uuidString.prefix(8))"
        let port = try FreePort.find()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("\"postgres\" \"\"\n".utf8).write(to: URL(filePath: "\(folder)/users.txt"))
        try Data(
            """
            [databases]
            postgres = host=127.0.0.1 port=\(store.port) dbname=postgres
            [pgbouncer]
            listen_addr =
            unix_socket_dir = \(folder)
            listen_port = \(port)
            auth_type = trust
            auth_file = \(folder)/users.txt
            pool_mode = transaction
            default_pool_size = \(serverConnections)
            max_client_conn = 200
            server_login_retry = 1
            logfile = \(folder)/log
            """.utf8
        ).write(to: URL(filePath: "\(folder)/pgbouncer.ini"))
        // It refuses to run as root.
        chmod(folder, 0o777)
        let user = geteuid() == 0 ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        let serving = Task {
            var platform = PlatformOptions()
            platform.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(3))]
            _ = try? await run(
                .name("setpriv"), arguments: Arguments(["--pdeathsig=KILL"] + user + [path, "-q", "\(folder)/pgbouncer.ini"]),
                environment: .inherit, platformOptions: platform, input: .none, output: .discarded, error: .discarded)
        }
        let conninfo = "host=\(folder) port=\(port) user=postgres dbname=postgres"
        do {
            try await eventually("pgbouncer", timeout: .seconds(20)) {
                FileManager.default.fileExists(atPath: "\(folder)/.s.PGSQL.\(port)")
            }
        } catch {
            serving.cancel()
            let log = (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "no log"
            throw NotInTime(description: "pgbouncer did not start: \(log.suffix(500))")
        }
        return Bouncer(conninfo: conninfo, serving: serving, folder: folder)
    }

    /// Ends it and removes its folder.
    func stop() async {
        serving.cancel()
        await serving.value
        try? FileManager.default.removeItem(atPath: folder)
    }
}

import FoundationEssentials
import Glibc
import Synchronization

/// One story's deployment: a database of its own, the configuration files, and the processes that run from them.
public final class MusterFleet: Sendable {
    /// The homeserver that its tasks work on.
    public struct Homeserver: Sendable {
        /// Its base URL, its server name, and the access token of its admin.
        public let url, serverName, adminToken: String
        /// The token of an application service to act through; nil for the admin's login.
        public var asToken: String?
        /// Where redactions are sent, when not to its base URL.
        public var clientURL: String?

        /// Names one.
        public init(url: String, serverName: String, adminToken: String, asToken: String? = nil, clientURL: String? = nil) {
            self.url = url
            self.serverName = serverName
            self.adminToken = adminToken
            self.asToken = asToken
            self.clientURL = clientURL
        }

        /// A real Synapse.
        ///
        /// - Parameters:
        ///   - asService: whether to act through its application service
        ///   - throughWorker: whether its worker gets the redactions
        public init(_ synapse: RealSynapse, asService: Bool = false, throughWorker: Bool = false) {
            self.init(
                url: synapse.url, serverName: synapse.serverName, adminToken: synapse.adminToken,
                asToken: asService ? synapse.asToken : nil, clientURL: throughWorker ? synapse.workerURL : nil)
        }

        func section(folder: String) -> String {
            let puppet = asToken == nil ? "puppet: admin_login" : "puppet: appservice, as_token_path: \"\(folder)/as_token\""
            let client = clientURL.map { ", client_url: \"\($0)\"" } ?? ""
            return "{url: \"\(url)\", admin_token_path: \"\(folder)/admin_token\", \(puppet)\(client)}"
        }
    }

    private let folder: String
    private let homeserver: Homeserver
    private let started = Mutex<[MusterProcess]>([])

    init(folder: String, homeserver: Homeserver) {
        self.folder = folder
        self.homeserver = homeserver
    }

    /// `--config-path` of the shared file, for the commands.
    public var sharedConfiguration: [String] { ["--config-path", "\(folder)/shared.yaml"] }

    /// `--worker-config-path` of a worker's file, for `muster check`.
    public func workerConfiguration(_ instance: String) -> [String] { ["--worker-config-path", "\(folder)/\(instance).yaml"] }

    /// Gives a worker a file with further lines, such as a homeserver of its own; whoever starts from it then sees them.
    public func configure(_ worker: String, _ lines: String) throws {
        try Files.write(Files.worker(worker) + lines + "\n", "\(folder)/\(worker).yaml")
    }

    /// Replaces a secret's file, as an operator does.
    public func write(_ secret: String, to name: String) throws { try Files.write(secret + "\n", "\(folder)/\(name)") }

    /// Every process that was started, in that order.
    public var processes: [MusterProcess] { started.withLock { $0 } }

    /// Starts a process and returns at once, ready or not.
    ///
    /// - Parameters:
    ///   - instance: `main`, or a worker of the instance map
    ///   - options: further options of `muster run`
    ///   - wrapper: a command that becomes `muster`, such as `prlimit --nofile=1024`, or one that sends its log elsewhere
    public func launch(_ instance: String, _ options: [String] = [], wrapper: [String] = []) async throws -> MusterProcess {
        let own = instance == "main" ? [] : ["--config-path", "\(folder)/\(instance).yaml"]
        let arguments = ["run"] + sharedConfiguration + own + ["--log-format", "json", "--log-level", "debug"] + options
        let process = try await MusterProcess.start(instance, program: try MusterBinary.path, arguments, wrapper: wrapper)
        started.withLock { $0.append(process) }
        return process
    }

    /// Starts a process and returns when it has answered the roll call.
    @discardableResult
    public func start(_ instance: String, _ options: [String] = [], wrapper: [String] = []) async throws -> MusterProcess {
        let process = try await launch(instance, options, wrapper: wrapper)
        try await process.line(containing: "process started")
        return process
    }

    /// Starts `main` and returns a client of its listener, with the token of the homeserver's admin.
    public func startMain(_ options: [String] = [], wrapper: [String] = []) async throws -> MusterClient {
        let process = try await start("main", options, wrapper: wrapper)
        return try client(listening: try await process.line(containing: "\"listening\""))
    }

    /// A client of the listener that a line of the log is about, with the token of the homeserver's admin.
    public func client(listening line: String) throws -> MusterClient {
        struct Listening: Decodable {
            let port: String
        }
        let port = try JSONDecoder().decode(Listening.self, from: Data(line.utf8)).port
        return MusterClient(url: "http://127.0.0.1:\(port)", token: homeserver.adminToken)
    }

    /// Stops whatever still runs.
    func stopAll() async throws {
        let processes = started.withLock { $0.filter { $0.end == nil } }
        for process in processes { process.send(SIGTERM) }
        for process in processes { try await process.stop() }
    }
}

/// Lends a migrated database, configuration files for `main` and the workers, and stops all processes at the end, also when the story
/// fails.
///
/// - Parameters:
///   - workers: their instance names; all of them are on `run_background_tasks_on`
///   - resources: what the listener of `main` serves
///   - port: where it listens; 0 lets the system choose
///   - shared: further lines of the shared file
public func withMusterFleet<R: Sendable>(
    on homeserver: MusterFleet.Homeserver, workers: [String] = ["background_worker"], resources: [String] = ["admin", "health"],
    port: Int = 0, shared: String = "",
    isolation: isolated (any Actor)? = #isolation, _ body: (MusterFleet) async throws -> R
) async throws -> R {
    try await withTestDatabase { database in
        let folder = "\(FileManager.default.temporaryDirectory.path)/muster-fleet-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write(homeserver.adminToken + "\n", "\(folder)/admin_token")
        if let token = homeserver.asToken { try write(token + "\n", "\(folder)/as_token") }
        let instances = (["main"] + workers).map { "  \($0): {host: 127.0.0.1, port: 9093}\n" }.joined()
        try write(
            """
            server_name: \(homeserver.serverName)
            database: {dsn: "\(database.conninfo)", pool_size: 3}
            instance_map:
            \(instances)run_background_tasks_on: [\(workers.joined(separator: ", "))]
            homeserver: \(homeserver.section(folder: folder))
            listeners:
              - {port: \(port), bind_addresses: ["127.0.0.1"], type: http, resources: [{names: [\(resources.joined(separator: ", "))]}]}
            \(shared)

            """, "\(folder)/shared.yaml")
        for worker in workers { try write(Files.worker(worker), "\(folder)/\(worker).yaml") }
        let fleet = MusterFleet(folder: folder, homeserver: homeserver)
        let migrated = try await MusterBinary.run(["migrate"] + fleet.sharedConfiguration)
        guard migrated.code == 0 else { throw NotInTime(description: "muster migrate failed: \(migrated.error)") }
        do {
            let value = try await body(fleet)
            try await fleet.stopAll()
            return value
        } catch {
            try await fleet.stopAll()
            throw error
        }
    }
}

private func write(_ text: String, _ path: String) throws { try Files.write(text, path) }

private enum Files {
    static func worker(_ name: String) -> String { "worker_app: muster.app.generic_worker\nworker_name: \(name)\n" }

    static func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}

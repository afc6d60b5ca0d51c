import FoundationEssentials
import Glibc

/// A real Synapse on this machine: main and `background_worker`, with a PostgreSQL and a Redis of its own.
///
/// `scripts/synapse` installs it (once, from PyPI) and starts it in about five seconds. A watchdog stops it and removes
/// its folder when the test process is gone, also after a crash. No rate limit is in force; see
/// `SynapseClient.limitRate(of:perSecond:burst:)` for a user who shall meet one.
public struct RealSynapse: Sendable {
    /// The base URL of the main process, which serves everything.
    public let url: String
    /// The base URL of `background_worker`: rooms, messages and redactions, but almost no admin routes.
    public let workerURL: String
    /// The domain of the user ids.
    public let serverName: String
    /// The version of Synapse that runs.
    public let version: String
    /// The user id of the server admin.
    public let adminUserID: String
    /// The access token of the server admin.
    public let adminToken: String
    /// The token of an application service that may act as every local user, without rate limits.
    public let asToken: String
    /// Where Synapse's own tables are, for looking only.
    public let databaseDSN: String
    /// The Redis that Synapse's processes talk over.
    public let redisURL: String
    /// The folder of the instance; its log files are in `logs`.
    public let folder: String
    /// Whether its database waits for the disk.
    let isDurable: Bool
    private let tokens: [String: String]

    /// Seeds the homeserver and reads back what it holds.
    public var client: SynapseClient { SynapseClient(self) }

    private static let shared = Task { try await RealSynapse.start() }

    /// The one instance that all tests of this process share, started when it is first asked for.
    ///
    /// Tests make users and rooms of their own (`SynapseClient.makeUser(_:)`), so that they run side by side. A test that kills or
    /// restarts a process takes an instance of its own from `start(users:)`.
    public static func shared() async throws -> RealSynapse {
        try await shared.value
    }

    /// Starts an instance for the caller alone, who ends it with `stop()`.
    ///
    /// - Parameters:
    ///   - users: How many accounts `user0`, `user1`, … there are besides `admin` and `spammer`.
    ///   - isDurable: Whether its database waits for the disk.
    public static func start(users: Int = 4, isDurable: Bool = false) async throws -> RealSynapse {
        let folder = "\(temporaryFolder)/muster-synapse-\(UUID().uuidString)"
        let description = try await SynapseScript.run(
            ["start", folder, "--parent-pid", String(getpid()), "--wipe", "--users", String(users)] + (isDurable ? ["--durable"] : []))
        return try RealSynapse(folder: folder, isDurable: isDurable, description: description)
    }

    /// Stops all servers and removes the folder.
    public func stop() async throws {
        _ = try await SynapseScript.run("stop", folder, "--wipe")
    }

    /// The access token of an account that every instance has: `admin`, `spammer`, `user0`, `user1`, ….
    public func token(of name: String) throws -> String {
        guard let token = name == "admin" ? adminToken : tokens[name] else {
            throw SynapseError("there is no account \(name); there are admin, \(tokens.keys.sorted().joined(separator: ", "))")
        }
        return token
    }

    private static var temporaryFolder: String {
        getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    }
}

// MARK: - Processes

extension RealSynapse {
    /// A process of Synapse.
    public enum Process: String, Sendable {
        /// The main process.
        case main
        /// `background_worker`, which runs Synapse's own background tasks.
        case worker
    }

    /// Ends a process with SIGKILL and returns when it is gone.
    public func kill(_ process: Process) async throws {
        _ = try await SynapseScript.run("kill", folder, process.rawValue)
    }

    /// Stops a process if it runs, starts it, and returns when it is healthy.
    ///
    /// The addresses stay the same.
    public func restart(_ process: Process) async throws {
        _ = try await SynapseScript.run("restart", folder, process.rawValue)
    }
}

// MARK: - What the script tells

extension RealSynapse {
    private struct Description: Decodable {
        struct Account: Decodable {
            let access_token: String
        }
        let url: String
        let worker_url: String
        let server_name: String
        let version: String
        let admin_user_id: String
        let admin_token: String
        let as_token: String
        let database_dsn: String
        let redis_url: String
        let users: [String: Account]
    }

    private init(folder: String, isDurable: Bool, description: String) throws {
        let told = try JSONDecoder().decode(Description.self, from: Data(description.utf8))
        self.folder = folder
        self.isDurable = isDurable
        url = told.url
        workerURL = told.worker_url
        serverName = told.server_name
        version = told.version
        adminUserID = told.admin_user_id
        adminToken = told.admin_token
        asToken = told.as_token
        databaseDSN = told.database_dsn
        redisURL = told.redis_url
        tokens = told.users.mapValues(\.access_token)
    }
}

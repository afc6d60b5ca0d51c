import AsyncHTTPClient
import HTTPTypes
import HomeserverClient
import HomeserverTasks
import Hummingbird
import HummingbirdTesting
import Logging
import Postgres
import SandboxHomeserver
import Scheduler

@testable import AdminAPI

/// The API over real HTTP on a port of its own, and who may call it.
struct TestAPI {
    /// Muster's own tokens that the API knows, by role.
    static let viewer = "mst_viewer"
    static let `operator` = "mst_operator"
    static let admin = "mst_admin"

    let client: any TestClientProtocol
    private let api: AdminAPI
    private let resources: Set<AdminAPI.Resource>

    /// Runs an API whose database is away, for everything that needs none.
    static func withoutDatabase(
        homeserver: HomeserverClient? = nil, settings: AdminAPISettings = AdminAPISettings(serverName: "sandbox.test"),
        resources: Set<AdminAPI.Resource> = [.admin, .health], readiness: @escaping ReadinessSource = { .fine },
        proxy: HomeserverProxy? = nil, _ body: @escaping @Sendable (TestAPI) async throws -> Void
    ) async throws {
        let logger = Logger(label: "admin-api-test") { _ in SwiftLogNoOpLogHandler() }
        let database = PostgresClient(PostgresConfiguration(conninfo: "host=/nowhere dbname=nowhere connect_timeout=2"), logger: logger)
        let scheduler = TaskScheduler(
            client: database, catalogue: try Catalogue(HomeserverCatalogue.actions), topology: Topology(), events: LoggingSink(logger))
        do {
            try await run(scheduler, homeserver, settings, resources, readiness, logger, proxy: proxy, body)
        } catch {
            await database.shutdown()
            throw error
        }
        await database.shutdown()
    }

    /// Runs an API over a scheduler.
    static func run(
        _ scheduler: TaskScheduler, _ homeserver: HomeserverClient?, _ settings: AdminAPISettings, _ resources: Set<AdminAPI.Resource>,
        _ readiness: @escaping ReadinessSource, _ logger: Logger, proxy: HomeserverProxy? = nil,
        _ body: @escaping @Sendable (TestAPI) async throws -> Void
    ) async throws {
        let authenticator = Authenticator(homeserver: homeserver, settings: settings) { secret in
            Role(rawValue: String(secret.dropFirst(4))).map { Principal(name: "token:test-\($0.rawValue)", role: $0) }
        }
        let api = AdminAPI(
            scheduler: scheduler, authenticator: authenticator, homeserver: homeserver, settings: settings, readiness: readiness,
            proxy: proxy, logger: logger)
        try await api.application(host: "127.0.0.1", port: 0, resources: resources).test(.live) { client in
            try await body(TestAPI(client: client, api: api, resources: resources))
        }
    }

    /// Runs a second listener of the same API, and lends its port.
    func alsoListening(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await api.application(host: "127.0.0.1", port: 0, resources: resources).test(.live) { client in
            guard let port = client.port else { throw CancellationError() }
            try await body(port)
        }
    }

    /// One answer.
    struct Answer {
        let status: Int
        let headers: HTTPFields
        let body: [UInt8]

        /// The body as JSON; null when it is none.
        var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }
        var errcode: String? { text("errcode") }
        var error: String? { text("error") }
        subscript(key: String) -> JSONValue? { json.members?[key] }
        func text(_ key: String) -> String? {
            if case .string(let text) = json.members?[key] { text } else { nil }
        }
    }

    /// Sends a request; a token goes into the header, a body is sent as it is.
    func send(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, _ body: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await client.execute(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }) {
            response in
            Answer(status: response.status.code, headers: response.headers, body: Array(response.body.readableBytesView))
        }
    }

    func get(_ path: String, _ token: String? = TestAPI.viewer) async throws -> Answer { try await send(.get, path, token: token) }

    func post(_ path: String, _ body: String? = nil, _ token: String? = TestAPI.operator) async throws -> Answer {
        try await send(.post, path, token: token, body)
    }

    func delete(_ path: String, _ body: String? = nil, _ token: String? = TestAPI.operator) async throws -> Answer {
        try await send(.delete, path, token: token, body)
    }
}

/// Lends a client of a homeserver that is not there.
func withHomeserverAway<R: Sendable>(_ body: (HomeserverClient) async throws -> R) async throws -> R {
    let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: HomeserverClient.transportConfiguration)
    let client = HomeserverClient(HomeserverConfiguration(url: "http://127.0.0.1:1", adminToken: "x"), httpClient: http)
    let result: R
    do {
        result = try await body(client)
    } catch {
        try await http.shutdown()
        throw error
    }
    try await http.shutdown()
    return result
}

extension Readiness {
    /// A process with nothing to complain of.
    static var fine: Readiness { Readiness(instance: "main", state: .running, isDatabaseReachable: true) }
}

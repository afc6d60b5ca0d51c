import HTTPTypes
import HomeserverTasks
import Logging
import Postgres
import Scheduler
import Synchronization
import Testing

@testable import AdminAPI

/// What a request leaves in the log.
@Suite(.timeLimit(.minutes(1))) struct LogTests {
    /// Every line, with its metadata, as one text.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Recorder: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        init(lines: Lines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, last in last }
            lines.add("\(event.level) \(event.message) " + all.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " "))
        }
    }

    @Test func `a request is one line with the route's template, and no token, id or body`() async throws {  // I11
        let lines = Lines()
        let logger = Logger(label: "admin-api-test") { _ in Recorder(lines: lines) }
        let database = PostgresClient(PostgresConfiguration(conninfo: "host=/nowhere dbname=nowhere"), logger: logger)
        let scheduler = TaskScheduler(
            client: database, catalogue: try Catalogue(HomeserverCatalogue.actions), topology: Topology(), events: LoggingSink(logger))
        try await TestAPI.run(scheduler, nil, AdminAPISettings(), [.admin], { .fine }, logger) { (api: TestAPI) async throws in
            let path = "/_synapse/admin/v1/user/@secret.person:h/redact?access_token=\(TestAPI.operator)"
            let answer = try await api.send(.post, path, #"{"rooms":"secret body"}"#, headers: [.requestID: "req-1"])
            #expect(answer.status == 400)
            _ = try await api.send(.post, path, token: "syt_secret_token", "{}")
            _ = try await api.send(.get, "/_muster/v1/secret")
        }
        await database.shutdown()
        let requests = lines.all.filter { $0.hasPrefix("info request ") }
        #expect(requests.count == 3)
        let first = try #require(requests.first)
        for part in [
            "method=POST", "route=/_synapse/admin/v1/user/{user_id}/redact", "status=400", "who=token:test-operator", "request_id=req-1",
            "origin=127.0.0.1", "duration_ms=",
        ] {
            #expect(first.contains(part), "\(part)")
        }
        for line in lines.all {
            #expect(!line.contains("secret"), "\(line)")
            #expect(!line.contains("mst_"), "\(line)")
        }
    }

    /// Runs an API whose database is away, and returns what was logged.
    private func lines(of body: @escaping @Sendable (TestAPI) async throws -> Void) async throws -> [String] {
        let lines = Lines()
        let logger = Logger(label: "admin-api-test") { _ in Recorder(lines: lines) }
        let database = PostgresClient(PostgresConfiguration(conninfo: "host=/nowhere dbname=nowhere"), logger: logger)
        let scheduler = TaskScheduler(
            client: database, catalogue: try Catalogue(HomeserverCatalogue.actions), topology: Topology(), events: LoggingSink(logger))
        try await TestAPI.run(scheduler, nil, AdminAPISettings(), [.admin], { .fine }, logger, body)
        await database.shutdown()
        return lines.all
    }

    @Test func `a database that is away is one line, however many ask`() async throws {
        let lines = try await lines { (api: TestAPI) async throws in
            for _ in 0..<2 { #expect(try await api.get("/_muster/v1/tasks").status == 503) }
        }
        #expect(lines.filter { $0.contains("the scheduler could not answer") }.count == 1, "\(lines)")
    }

    @Test func `a reverse proxy that is not named is told of once`() async throws {
        let lines = try await lines { (api: TestAPI) async throws in
            _ = try await api.get("/_muster/v1/nothing")
            for _ in 0..<2 { _ = try await api.send(.get, "/_muster/v1/nothing", headers: [.forwardedFor: "192.0.2.1"]) }
        }
        let told = lines.filter { $0.contains("trusted_proxies") }
        #expect(told.count == 1 && told[0].hasPrefix("warning") && told[0].contains("peer=127.0.0.1"), "\(told)")
    }

    @Test func `only a near address that is not trusted may be one's own proxy`() {
        for near in ["127.0.0.1", "::1", "10.1.2.3", "172.31.0.1", "192.168.0.9", "fd00::1"] {
            #expect(UnnamedProxy.isUnnamed(near, []))
            #expect(!UnnamedProxy.isUnnamed(near, [AddressRange(near)].compactMap { $0 }))
        }
        for far in ["192.0.2.1", "172.32.0.1", "2001:db8::1", "local"] { #expect(!UnnamedProxy.isUnnamed(far, [])) }
    }
}

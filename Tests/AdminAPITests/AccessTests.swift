import AsyncHTTPClient
import HTTPTypes
import HomeserverClient
import Logging
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Synchronization
import Testing

@testable import AdminAPI

/// Who may do what, with a homeserver over real HTTP.
@Suite(.timeLimit(.minutes(1))) struct AccessTests {
    private struct Homeserver {
        let state: SandboxState
        let client: HomeserverClient
        let admin: String
        let user: String
    }

    private func withHomeserver(_ body: (Homeserver) async throws -> Void) async throws {
        let state = SandboxState()
        let admin = try state.createUser("admin", admin: true)
        let user = try state.createUser("user")
        let server = SandboxHomeserver(state: state, logger: Logger(label: "sandbox-test") { _ in SwiftLogNoOpLogHandler() })
        try await server.withServer { address in
            let client = HomeserverClient(HomeserverConfiguration(url: address.url, adminToken: admin), httpClient: .shared)
            try await body(Homeserver(state: state, client: client, admin: admin, user: user))
        }
    }

    /// Refused by its body, so it shows that the caller was let in and needs no database.
    private let path = "/_synapse/admin/v1/user/@u:sandbox.test/redact"

    @Test func `a homeserver admin is let in, by header and by query`() async throws {
        try await withHomeserver { homeserver in
            try await TestAPI.withoutDatabase(homeserver: homeserver.client) { (api: TestAPI) async throws in
                #expect(try await api.post(path, "", homeserver.admin).errcode == "M_NOT_JSON")
                #expect(try await api.post("\(path)?access_token=\(homeserver.admin)", "", nil).errcode == "M_NOT_JSON")
            }
        }
    }

    @Test func `no token, a bad one and somebody else's are told apart as Synapse does`() async throws {
        try await withHomeserver { homeserver in
            try await TestAPI.withoutDatabase(homeserver: homeserver.client) { (api: TestAPI) async throws in
                let none = try await api.post(path, "", nil)
                #expect(none.status == 401)
                #expect(none.json == ["errcode": "M_MISSING_TOKEN", "error": "Missing access token"])
                let bad = try await api.post(path, "", "nonsense")
                #expect(bad.status == 401)
                #expect(bad.errcode == "M_UNKNOWN_TOKEN")
                #expect(bad["soft_logout"] == false)
                let other = try await api.post(path, "", homeserver.user)
                #expect(other.status == 403)
                #expect(other.json == ["errcode": "M_FORBIDDEN", "error": "You are not a server admin"])
            }
        }
    }

    @Test(arguments: [SandboxFault.Kind.proxyError(200), .proxyError(401), .proxyError(403), .json("{}"), .json(#"{"user_id": ""}"#)])
    func `what something before the homeserver says lets nobody in, and is not remembered`(_ stranger: SandboxFault.Kind) async throws {
        try await withHomeserver { homeserver in
            try await TestAPI.withoutDatabase(homeserver: homeserver.client) { (api: TestAPI) async throws in
                homeserver.state.faults.inject(stranger, next: 1000)
                for token in [homeserver.admin, homeserver.user, "nonsense"] {
                    #expect(try await api.post(path, "", token).status == 503)
                }
                homeserver.state.faults.clear()
                homeserver.state.faults.inject(stranger, next: 1, pathContaining: "/admin")
                #expect(try await api.post(path, "", homeserver.admin).status == 503)
                homeserver.state.faults.clear()
                #expect(try await api.post(path, "", homeserver.admin).errcode == "M_NOT_JSON")
                #expect(try await api.post(path, "", homeserver.user).status == 403)
                #expect(try await api.post(path, "", "nonsense").status == 401)
            }
        }
    }

    @Test func `what Muster asks of a homeserver is answered by no Muster`() async throws {
        try await withHomeserver { homeserver in
            try await TestAPI.withoutDatabase(homeserver: homeserver.client) { (api: TestAPI) async throws in
                for path in ["/_synapse/admin/v1/purge_history_status/x", "/_synapse/admin/v2/rooms/delete_status/x", "/_matrix/x"] {
                    let answer = try await api.send(
                        .get, path, headers: [.authorization: "Bearer \(homeserver.admin)", .homeserverCall: "1"])
                    #expect(answer.status == 508 && answer.errcode == "M_MUSTER_LOOP", "\(path)")
                }
            }
        }
    }

    @Test func `every route but the probes and the description asks who it is before anything else`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let requests = [
                "GET /_synapse/admin/v1/user/redact_status/x", "POST /_synapse/admin/v1/user/bad/redact",
                "DELETE /_synapse/admin/v1/rooms/bad",
                "DELETE /_synapse/admin/v2/rooms/bad", "GET /_synapse/admin/v2/rooms/bad/delete_status",
                "GET /_synapse/admin/v2/rooms/delete_status/x", "POST /_synapse/admin/v1/purge_history/x",
                "POST /_synapse/admin/v1/purge_history/x/y", "GET /_synapse/admin/v1/purge_history_status/x",
                "GET /_synapse/admin/v1/scheduled_tasks?status=bad", "GET /_muster/v1/tasks?bad=1", "POST /_muster/v1/tasks",
                "GET /_muster/v1/tasks/1", "GET /_muster/v1/tasks/1/attempts", "POST /_muster/v1/tasks/1/cancel",
                "POST /_muster/v1/tasks/1/retry", "GET /_muster/v1/processes", "GET /_muster/v1/roll_call", "GET /_muster/v1/stats",
                "GET /_muster/v1/audit",
            ]
            for request in requests {
                let parts = request.split(separator: " ")
                let method = try #require(HTTPRequest.Method(String(parts[0])))
                let answer = try await api.send(method, String(parts[1]))
                #expect(answer.status == 401, "\(request)")
                #expect(answer.errcode == "M_MISSING_TOKEN", "\(request)")
            }
        }
    }

    @Test(arguments: ["Basic abc", "Bearer", "Bearer a b", "bearer abc"])
    func `an Authorization header of another form is no token`(header: String) async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let answer = try await api.send(.get, "/_muster/v1/tasks", headers: [.authorization: header])
            #expect(answer.status == 401)
            #expect(answer.json == ["errcode": "M_MISSING_TOKEN", "error": "Invalid Authorization header."])
        }
    }

    @Test func `a header and a query token at once are refused`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let answer = try await api.get("/_muster/v1/tasks?access_token=x")
            #expect(answer.status == 401)
            #expect(answer.errcode == "M_MISSING_TOKEN")
        }
    }

    @Test func `a viewer looks, an operator changes, an admin sees the audit log`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            #expect(try await api.post("/_muster/v1/tasks", "", TestAPI.viewer).status == 403)
            #expect(try await api.post("/_muster/v1/tasks", "", TestAPI.operator).errcode == "M_NOT_JSON")
            #expect(try await api.get("/_muster/v1/tasks?bad=1", TestAPI.viewer).errcode == "M_INVALID_PARAM")
            #expect(try await api.get("/_muster/v1/audit?limit=0", TestAPI.operator).status == 403)
            #expect(try await api.get("/_muster/v1/audit?limit=0", TestAPI.admin).errcode == "M_INVALID_PARAM")
            let refused = try await api.post(path, "", TestAPI.viewer)
            // A token of Muster's is no server admin in any case: what it lacks is said.
            #expect(refused.errcode == "M_FORBIDDEN" && refused.error == "This token has the role viewer, and this needs operator.")
        }
    }

    @Test func `an own token that is not known, and any other without a homeserver, is 401`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            for token in ["mst_unknown", "syt_abc", String(repeating: "x", count: 5000)] {
                let answer = try await api.get("/_muster/v1/tasks", token)
                #expect(answer.status == 401)
                #expect(
                    answer.json == ["errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token passed.", "soft_logout": false])
            }
        }
    }

    @Test func `a homeserver that cannot be reached is 503, not a bad token`() async throws {
        try await withHomeserverAway { client in
            try await TestAPI.withoutDatabase(homeserver: client) { (api: TestAPI) async throws in
                let answer = try await api.get("/_muster/v1/tasks", "syt_abc")
                #expect(answer.status == 503)
                #expect(answer.errcode == "M_MUSTER_UNAVAILABLE")
                #expect(answer.headers[.retryAfter] == "5")
            }
        }
    }

    @Test func `an admin is looked up once a minute, not once a request`() async throws {
        try await withHomeserver { homeserver in
            try await TestAPI.withoutDatabase(homeserver: homeserver.client) { (api: TestAPI) async throws in
                for _ in 0..<5 { #expect(try await api.post(path, "", homeserver.admin).status == 400) }
                for _ in 0..<5 { #expect(try await api.post(path, "", homeserver.user).status == 403) }
            }
            #expect(homeserver.state.callCount("/account/whoami") == 2)
        }
    }

    @Test func `many requests with one token make one look-up`() async throws {
        let calls = Mutex(0)
        let (gate, open) = AsyncStream<Void>.makeStream()
        let cache = VerdictCache(settings: AdminAPISettings()) { _ in
            calls.withLock { $0 += 1 }
            for await _ in gate {}
            return .admin(userID: "@a:h")
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    if case .admin("@a:h") = try await cache.verdict(of: "token", from: "192.0.2.1") { return true }
                    return false
                }
            }
            open.finish()
            for try await isAdmin in group { #expect(isAdmin) }
        }
        #expect(calls.withLock { $0 } == 1)
    }

    @Test func `verdicts are forgotten in time, failures at once, and their number is bounded`() async throws {  // I9
        let calls = Mutex(0)
        var settings = AdminAPISettings()
        settings.adminCacheTime = .zero
        settings.maximumCachedTokens = 2
        let forgetful = VerdictCache(settings: settings) { _ in
            calls.withLock { $0 += 1 }
            return .admin(userID: "@a:h")
        }
        for _ in 0..<3 { _ = try await forgetful.verdict(of: "token", from: "192.0.2.1") }
        #expect(calls.withLock { $0 } == 3)

        settings.adminCacheTime = .seconds(60)
        let small = VerdictCache(settings: settings) { token in
            calls.withLock { $0 += 1 }
            if token == "broken" { throw CancellationError() }
            return .admin(userID: token)
        }
        calls.withLock { $0 = 0 }
        for token in ["1", "2", "3", "3", "1"] { _ = try await small.verdict(of: token, from: "192.0.2.1") }
        #expect(calls.withLock { $0 } == 4)
        for _ in 0..<2 {
            await #expect(throws: CancellationError.self) { _ = try await small.verdict(of: "broken", from: "192.0.2.1") }
        }
        #expect(calls.withLock { $0 } == 6)
    }

    @Test func `a peer with many unknown tokens leaves room for the look-ups of others`() async throws {  // I9
        var settings = AdminAPISettings()
        settings.maximumLookupsPerPeer = 3
        let (gate, open) = AsyncStream<Void>.makeStream()
        let begun = Mutex(0)
        let cache = VerdictCache(settings: settings) { token in
            begun.withLock { $0 += 1 }
            if token == "good" { return .admin(userID: "@a:h") }
            for await _ in gate {}
            return .admin(userID: token)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<3 { group.addTask { _ = try await cache.verdict(of: "\(number)", from: "192.0.2.1") } }
            try await eventually("three are looked up") { begun.withLock { $0 } == 3 }
            let error = await #expect(throws: APIError.self) { _ = try await cache.verdict(of: "fourth", from: "192.0.2.1") }
            #expect(error?.status.code == 429 && error?.retryAfter == 1)
            if case .refused = try await cache.verdict(of: "good", from: "192.0.2.2") { Issue.record("refused") }
            open.finish()
            try await group.waitForAll()
            _ = try await cache.verdict(of: "fourth", from: "192.0.2.1")
        }
    }

    @Test(
        arguments: [
            ("Bearer  mst_viewer", ""), ("Bearer ", ""), ("bearer mst_viewer", ""), ("Bearer mst_viewer x", ""),
            (nil, "?access_token=mst_viewer&access_token=mst_operator"),
        ] as [(String?, String)])
    func `a token that is not written as one is refused, not repaired`(header: String?, query: String) async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            var headers = HTTPFields()
            if let header { headers[.authorization] = header }
            let answer = try await api.send(.get, "/_muster/v1/tasks" + query, headers: headers)
            #expect(answer.status == 401 && answer.errcode == "M_MISSING_TOKEN", "\(answer.json)")
        }
    }
}

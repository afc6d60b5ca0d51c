import HTTPTypes
import Testing

@testable import AdminAPI

@Suite(.timeLimit(.minutes(1))) struct RoutingTests {
    @Test func `an unknown path is 404 in JSON`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            for path in [
                "/", "/_synapse/admin/v1/nothing", "/_muster/v1", "/_muster/v1/tasks/1/nothing", "/_synapse/admin/v2/user/@a:b/redact",
                "//",
            ] {
                let answer = try await api.get(path)
                #expect(answer.status == 404, "\(path)")
                #expect(answer.errcode == "M_UNRECOGNIZED")
                #expect(answer.error == "Unrecognized request")
                #expect(answer.headers[.contentType] == "application/json")
            }
        }
    }

    @Test func `a wrong method on a known path is 405 in JSON and names the right one`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let answer = try await api.send(.put, "/_synapse/admin/v1/user/@a:b/redact", token: nil)
            #expect(answer.status == 405)
            #expect(answer.errcode == "M_UNRECOGNIZED")
            #expect(answer.headers[.allow] == "POST")
            #expect(try await api.send(.delete, "/_muster/v1/tasks").headers[.allow] == "GET, POST")
            for path in ["purge_history/!r:h", "v2", "rooms/!r:h"] {
                let answer = try await api.send(.patch, "/_synapse/admin/v1/\(path)")
                #expect(answer.status == (path == "v2" ? 404 : 405))
            }
        }
    }

    @Test func `HEAD is answered as GET, without a body`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let answer = try await api.send(.head, "/health/live")
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
    }

    @Test func `a preflight of a web client is answered without a token`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let answer = try await api.send(.options, "/_synapse/admin/v1/scheduled_tasks")
            #expect(answer.status == 204)
            #expect(answer.headers[.accessControlAllowOrigin] == "*")
            let refused = try await api.send(.get, "/_synapse/admin/v1/scheduled_tasks")
            #expect(refused.status == 401)
            #expect(refused.headers[.accessControlAllowOrigin] == "*")
        }
    }

    @Test func `a listener serves only its resources`() async throws {
        try await TestAPI.withoutDatabase(resources: [.health]) { (api: TestAPI) async throws in
            #expect(try await api.get("/health/live").status == 200)
            #expect(try await api.get("/_muster/v1/tasks").status == 404)
        }
        try await TestAPI.withoutDatabase(resources: [.admin]) { (api: TestAPI) async throws in
            #expect(try await api.get("/health/live").status == 404)
        }
    }

    @Test func `a caller's request id comes back, and a bad one is replaced`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let kept = try await api.send(.get, "/health/live", headers: [.requestID: "abc-1.2_3"])
            #expect(kept.headers[.requestID] == "abc-1.2_3")
            let replaced = try await api.send(.get, "/health/live", headers: [.requestID: "a b"])
            #expect(replaced.headers[.requestID]?.count == 36)
            #expect(try await api.get("/nothing").headers[.requestID]?.count == 36)
        }
    }

    @Test(arguments: [
        ("/a/{x}/b", "/a/%21r%3Ah/b", "!r:h"), ("/a/{x}/b", "/a/!r:h/b", "!r:h"), ("/a/{x}/b", "/a//b", ""),
        ("/a/{x}", "/a/%2F%zz%", "/%zz%"),
        ("/a/{x}", "/a/%C3%A9", "é"), ("/a/{x}", "/a/%FF", "\u{FFFD}"),
        ("/a/{x}", "/a/%2521", "%21"),
    ])
    func `captured parts are decoded once`(pattern: String, path: String, part: String) {
        let captures = PathPattern(pattern).match(path.split(separator: "/", omittingEmptySubsequences: false))
        #expect(captures == ["x": part])
    }

    @Test(arguments: ["/_muster/v1/tasks/%FF", "/_muster/v1/tasks?resource_id=%C3%28", "/_synapse/admin/v1/rooms/!a%80:h/x"])
    func `bytes that are no text are refused, not taken for others`(target: String) {
        #expect(!PercentEncoding.isText(target))
        #expect(PercentEncoding.isText("/a%C3%A9/%zz/%?x=+"))
    }

    @Test(arguments: [
        ("/a/{x}/b", "/a/1/bc"), ("/a/{x}/b", "/a/1/b/"), ("/a/{x}", "/a/1/"), ("/a/{x}", "/a"), ("/a", "/A"), ("/a", "a"), ("/a", "/%61"),
    ])
    func `what is not of the form does not match`(pattern: String, path: String) {
        #expect(PathPattern(pattern).match(path.split(separator: "/", omittingEmptySubsequences: false)) == nil)
    }
}

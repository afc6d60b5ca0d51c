import Logging
import SandboxHomeserver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ServerTests {
    @Test func `every answer says that this is a sandbox`() async throws {
        try await Bench.run { bench in
            let root = try await bench.get("/")
            #expect(root.status == 200)
            #expect(root.json["message"]?.text?.contains("sandbox") == true)
            let health = try await bench.get("/health")
            #expect(health.body == Array("OK".utf8))
            for path in ["/", "/health", "/_matrix/client/versions", "/_synapse/admin/v1/scheduled_tasks", "/nowhere"] {
                #expect(try await bench.get(path).headers["Server"] == ["muster-sandbox"])
            }
        }
    }

    @Test func `an unknown path is 404 and a wrong method 405, both unrecognised`() async throws {
        try await Bench.run { bench in
            let unknown = try await bench.get("/_synapse/admin/v1/nothing", bench.admin)
            #expect(unknown.status == 404)
            #expect(unknown.errcode == "M_UNRECOGNIZED")
            let wrong = try await bench.delete("/_synapse/admin/v1/user/redact_status/x", bench.admin)
            #expect(wrong.status == 405)
            #expect(wrong.errcode == "M_UNRECOGNIZED")
        }
    }

    @Test func `a body above one megabyte is refused`() async throws {  // I9
        try await Bench.run { bench in
            let body = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
            let answer = try await bench.call(.POST, "/_matrix/client/v3/createRoom", bench.admin, body)
            #expect(answer.status == 413)
            #expect(answer.errcode == "M_TOO_LARGE")
        }
    }

    @Test func `bodies that are not JSON objects are refused as Synapse refuses them`() async throws {
        try await Bench.run { bench in
            let path = "/_synapse/admin/v2/rooms/\(encoded("!x:sandbox.test"))"
            let empty = try await bench.delete(path, bench.admin)
            #expect(empty.errcode == "M_NOT_JSON")
            let list = try await bench.delete(path, bench.admin, [])
            #expect(list.errcode == "M_BAD_JSON")
        }
    }

    @Test func `a world outlives its server`() async throws {
        let state = SandboxState()
        let admin = try state.createUser("admin", admin: true)
        let server = SandboxHomeserver(state: state, logger: Logger(label: "sandbox-test"))
        var roomID = ""
        for round in 0..<2 {
            let found = try await server.withServer { address in
                let bench = Bench(state: state, base: address.url, admin: admin)
                if round == 0 { return try await bench.post("/_matrix/client/v3/createRoom", admin, ["name": "Hall"]) }
                return try await bench.get("/_synapse/admin/v1/rooms/\(encoded(roomID))", admin)
            }
            #expect(found.status == 200)
            roomID = found.json["room_id"]?.text ?? ""
        }
        #expect(state.rooms == [roomID])
    }

    @Test func `calls are counted by endpoint and remembered without tokens`() async throws {  // I11
        try await Bench.run { bench in
            _ = try await bench.get("/_matrix/client/v3/account/whoami?access_token=\(bench.admin)&x=1")
            _ = try await bench.get("/_matrix/client/v3/account/whoami")
            #expect(bench.state.callCounts == ["GET /_matrix/client/v3/account/whoami": 2])
            #expect(bench.state.requests.map(\.status) == [200, 401])
            #expect(bench.state.requests.first?.target == "/_matrix/client/v3/account/whoami?x=1")
        }
    }
}

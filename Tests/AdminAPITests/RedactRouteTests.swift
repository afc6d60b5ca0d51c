import AsyncHTTPClient
import HTTPTypes
import Testing

@testable import AdminAPI

/// Every row of Synapse's redact endpoint and its status.
@Suite(.timeLimit(.minutes(2))) struct RedactRouteTests {
    private let path = "/_synapse/admin/v1/user/%40u%3Asandbox.test/redact"
    private let status = "/_synapse/admin/v1/user/redact_status"

    @Test func `a redact is followed from scheduled to complete`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let submitted = try await api.post(path, #"{"rooms":["!a:h"],"reason":"spam","limit":10}"#)
            #expect(submitted.status == 200)
            let id = try #require(submitted.text("redact_id"))
            #expect(submitted.json == ["redact_id": .string(id)])
            let waiting = try await api.get("\(status)/\(id)")
            #expect(waiting.status == 200)
            #expect(waiting.text("status") == "scheduled")
            let attempt = try await process.claim()
            try await process.report(attempt, .init(done: 3, total: 10, failed: 1))
            let running = try await api.get("\(status)/\(id)")
            #expect(
                running.json == [
                    "status": "active", "muster_status": "active", "attempt": .integer(1),
                    "progress": ["done": .integer(3), "total": .integer(10), "failed": .integer(1)],
                ])
            try await process.end(attempt, .complete, result: #"{"failed_redactions":{"$e:h":"Forbidden"},"redacted":9}"#)
            let done = try await api.get("\(status)/\(id)")
            #expect(done.text("status") == "complete")
            #expect(done["failed_redactions"] == ["$e:h": "Forbidden"])
            // Nothing is in the way of a next one.
            #expect(try await api.post(path, #"{"rooms":[]}"#).status == 200)
        }
    }

    @Test func `a complete redact without a result still has its object`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let id = try #require(try await api.post(path, #"{"rooms":[]}"#).text("redact_id"))
            try await process.end(try await process.claim(), .complete)
            #expect(try await api.get("\(status)/\(id)")["failed_redactions"] == [:])
        }
    }

    @Test func `a failed or cancelled redact says why`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let failed = try #require(try await api.post(path, #"{"rooms":[]}"#).text("redact_id"))
            try await process.end(try await process.claim(), .failed, error: "The admin token is not valid.")
            let answer = try await api.get("\(status)/\(failed)")
            #expect(answer.status == 200)
            #expect(answer.text("status") == "failed")
            #expect(answer.error == "The admin token is not valid.")
            let cancelled = try #require(try await api.post(path, #"{"rooms":[]}"#).text("redact_id"))
            #expect(try await api.post("/_muster/v1/tasks/\(cancelled)/cancel").text("result") == "cancelled")
            let after = try await api.get("\(status)/\(cancelled)")
            #expect(after.text("status") == "failed")
            #expect(after.error?.isEmpty == false)
        }
    }

    @Test func `an unknown id, a word and another action's id are 404`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            let other = try #require(try await api.delete("/_synapse/admin/v2/rooms/!r:h", "{}").text("delete_id"))
            for id in ["1", "nonsense", "", "99999999999999999999", other] {
                let answer = try await api.get("\(status)/\(id)")
                #expect(answer.status == 404)
                #expect(answer.json == ["errcode": "M_NOT_FOUND", "error": .string("redact id '\(id)' not found")])
            }
        }
    }

    @Test func `one unfinished redact a user, waiting or running`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let refused: JSONValue = ["errcode": "M_UNKNOWN", "error": "Redact already in progress for user @u:sandbox.test"]
            #expect(try await api.post(path, #"{"rooms":[]}"#).status == 200)
            let waiting = try await api.post("/_synapse/admin/v1/user/@u:sandbox.test/redact", #"{"rooms":["!b:h"]}"#)
            #expect(waiting.status == 400)
            #expect(waiting.json == refused)
            _ = try await process.claim()
            #expect(try await api.post(path, #"{"rooms":[]}"#).json == refused)
            // Another user's is another matter.
            #expect(try await api.post("/_synapse/admin/v1/user/@v:h/redact", #"{"rooms":[]}"#).status == 200)
        }
    }

    @Test func `of many at once exactly one is accepted`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            let port = try #require(api.client.port)
            let statuses = try await withThrowingTaskGroup(of: UInt.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/_synapse/admin/v1/user/%40u%3Ah/redact")
                        request.method = .POST
                        request.headers.add(name: "Authorization", value: "Bearer \(TestAPI.operator)")
                        request.body = .bytes(Array(#"{"rooms":[]}"#.utf8))
                        return try await HTTPClient.shared.execute(request, timeout: .seconds(20)).status.code
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 400, 400, 400, 400, 400, 400, 400])
        }
    }

    @Test func `the user id is checked before the body, and both before the store`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            for user in ["u:h", "%40u", ""] {
                let answer = try await api.post("/_synapse/admin/v1/user/\(user)/redact", "not json")
                #expect(answer.status == 400)
                #expect(answer.errcode == "M_INVALID_PARAM")
            }
            #expect(try await api.post(path, "{}").errcode == "M_MISSING_PARAM")
            let negative = try await api.post(path, #"{"rooms":[],"limit":-5}"#)
            #expect(negative.errcode == "M_UNKNOWN")
            #expect(try await api.post(path, #"{"rooms":[],"before_ts":-5}"#).errcode == "M_INVALID_PARAM")
        }
    }

    @Test func `without a capable process a redact is refused, and the process named`() async throws {  // I2, I3
        try await TestAPI.withDatabase(actions: ["purge_history"]) { (api, _) async throws in
            let answer = try await api.post(path, #"{"rooms":[]}"#)
            #expect(answer.status == 503)
            #expect(answer.errcode == "M_MUSTER_NO_HANDLER")
            #expect(answer["processes"] == .array(["main"]))
            #expect(answer.error?.contains("redact_all_events") == true)
            // Other actions go on.
            #expect(try await api.post("/_synapse/admin/v1/purge_history/!r:h", #"{"purge_up_to_ts":1700000000001}"#).status == 200)
        }
    }

    @Test func `under park it is accepted, and shown as scheduled with its reason`() async throws {  // I3
        try await TestAPI.withDatabase(onUncovered: .park, actions: []) { (api, _) async throws in
            let id = try #require(try await api.post(path, #"{"rooms":[]}"#).text("redact_id"))
            let answer = try await api.get("\(status)/\(id)")
            #expect(answer.json == ["status": "scheduled", "muster_status": "parked", "reason": "no_handler", "attempt": .integer(0)])
            #expect(try await api.get("/_muster/v1/tasks/\(id)").text("status") == "parked")
            #expect(try await api.post(path, #"{"rooms":[]}"#).errcode == "M_UNKNOWN")
            #expect(try await api.post("/_muster/v1/tasks/\(id)/retry").status == 409)
        }
    }

    @Test func `params over 64 KiB are 413`() async throws {  // I9
        try await TestAPI.withDatabase { (api, _) async throws in
            let rooms = (0..<5000).map { "\"!room\($0):sandbox.test\"" }.joined(separator: ",")
            let answer = try await api.post(path, "{\"rooms\":[\(rooms)]}")
            #expect(answer.status == 413)
            #expect(answer.errcode == "M_TOO_LARGE")
        }
    }

    @Test func `text with every character is stored, but for a NUL, which is refused wherever it stands`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            #expect(try await api.post(path, #"{"rooms":[],"reason":"ab \ud83d\ude00 \"\\ \u2028"}"#).status == 200)
            let reason = try await api.post(path, #"{"rooms":[],"reason":"a\u0000b"}"#)
            #expect(reason.status == 400 && reason.text("field") == "params.reason")
            // Accepted, this one stood in the way of the user's redacts for ten attempts.
            let room = try await api.post(path, #"{"rooms":["!a:h","!b\u0000:h"]}"#)
            #expect(room.status == 400 && room.text("field") == "params.rooms.[1]")
        }
    }
}

import HTTPTypes
import Testing

@testable import AdminAPI

/// Muster's own routes, over a real database.
@Suite(.timeLimit(.minutes(2))) struct NativeRouteTests {
    private let path = "/_muster/v1/tasks"
    private let purge = #"{"action":"purge_history","params":{"room_id":"!r:h","purge_up_to_ts":1700000000001},"resource_id":"!r:h"}"#

    @Test func `a submission is 201 with its place, and shown`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            let answer = try await api.post(path, purge)
            #expect(answer.status == 201)
            let id = try #require(answer.text("id"))
            #expect(answer.json == ["id": .string(id), "kind": "created", "parked": false])
            #expect(answer.headers[.location] == "\(path)/\(id)")
            let shown = try await api.get("\(path)/\(id)")
            #expect(shown.text("status") == "scheduled")
            #expect(shown.text("requested_by") == "token:test-operator")
            #expect(shown.text("created_at")?.hasSuffix("Z") == true)
            #expect(shown["params"] == nil)  // I11
            #expect(try await api.get("\(path)/\(id)", TestAPI.operator)["params"] == nil)
            let params = try await api.get("\(path)/\(id)", TestAPI.admin)["params"]
            #expect(params == ["room_id": "!r:h", "purge_up_to_ts": .integer(1_700_000_000_001)])
        }
    }

    @Test func `an idempotency key makes one task of two requests, and two requests of one key a conflict`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            let first = try await api.send(.post, path, token: TestAPI.operator, purge, headers: [.idempotencyKey: "k1"])
            let again = try await api.send(.post, path, token: TestAPI.operator, purge, headers: [.idempotencyKey: "k1"])
            #expect(first.status == 201)
            #expect(again.status == 200)
            #expect(again.text("kind") == "same_request")
            #expect(again["id"] == first["id"])
            let other = purge.replacing("\"purge_up_to_ts\":1700000000001", with: "\"purge_up_to_ts\":1700000000002")
            let conflict = try await api.send(.post, path, token: TestAPI.operator, other, headers: [.idempotencyKey: "k1"])
            #expect(conflict.status == 409)
            #expect(conflict.errcode == "M_MUSTER_IDEMPOTENCY_CONFLICT")
            let long = String(repeating: "k", count: 256)
            #expect(try await api.send(.post, path, token: TestAPI.operator, purge, headers: [.idempotencyKey: long]).status == 400)
        }
    }

    @Test func `a key that nobody knows is refused here, and passed over where Synapse passes over it`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            let answer = try await api.post(path, #"{"action":"redact_all_events","params":{"user_id":"@u:h","dryrun":true}}"#)
            #expect(answer.status == 400 && answer.text("field") == "params.dryrun" && answer.error?.contains("'dry_run'") == true)
            #expect(try await api.get("\(path)?status=scheduled")["tasks"] == .array([]))
            let synapse = try await api.post("/_synapse/admin/v1/user/@u:h/redact", #"{"rooms":[],"dryrun":true}"#)
            #expect(synapse.status == 200)
        }
    }

    @Test func `a bad submission is 400 and names the field`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            let unknown = try await api.post(path, #"{"action":"purge_histroy"}"#)
            #expect(unknown.status == 400)
            #expect(unknown.text("field") == "action")
            let params = try await api.post(path, #"{"action":"purge_history","params":{"room_id":5}}"#)
            #expect(params.status == 400)
            #expect(params.text("field") == "params.room_id")
            let other = #"{"action":"redact_all_events","resource_id":"@other:h","params":{"user_id":"@u:h"}}"#
            #expect(try await api.post(path, other).text("field") == "resource_id")
        }
    }

    @Test func `a list goes page by page, in both orders`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            var ids: [String] = []
            for _ in 0..<5 { ids.append(try #require(try await api.post(path, purge).text("id"))) }
            for order in ["newest", "oldest"] {
                var seen: [String] = []
                var after = ""
                for _ in 0..<3 {
                    let page = try await api.get("\(path)?limit=2&order=\(order)\(after)")
                    guard case .array(let tasks) = page["tasks"] else { break }
                    seen += tasks.compactMap { if case .string(let id) = $0.members?["id"] { id } else { nil } }
                    after = page.text("next").map { "&after=\($0)" } ?? ""
                }
                #expect(seen == (order == "oldest" ? ids : ids.reversed()))
                #expect(after.isEmpty)
            }
            #expect(try await api.get("\(path)?status=failed")["tasks"] == .array([]))
            #expect(try await api.get("\(path)?action=unknown_one").status == 400)
        }
    }

    @Test func `cancel and retry say what they did, or why not`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let id = try #require(try await api.post(path, purge).text("id"))
            #expect(try await api.post("\(path)/\(id)/cancel").text("result") == "cancelled")
            #expect(try await api.post("\(path)/\(id)/cancel").text("result") == "cancelled")
            #expect(try await api.post("\(path)/\(id)/retry").text("result") == "scheduled")
            let attempt = try await process.claim()
            let running = try await api.post("\(path)/\(id)/retry")
            #expect(running.status == 409)
            #expect(running.errcode == "M_MUSTER_CONFLICT")
            #expect(try await api.post("\(path)/\(id)/cancel").text("result") == "requested")
            try await process.end(attempt, .complete)
            #expect(try await api.post("\(path)/\(id)/retry").text("status") == "complete")
            #expect(try await api.post("\(path)/\(id)/cancel").text("status") == "complete")
            for verb in ["cancel", "retry"] {
                #expect(try await api.post("\(path)/1/\(verb)").status == 404)
                #expect(try await api.post("\(path)/x/\(verb)").errcode == "M_NOT_FOUND")
            }
            #expect(try await api.get("\(path)/1").status == 404)
            #expect(try await api.get("\(path)/1/attempts").status == 404)
        }
    }

    @Test func `every change is in the audit log, with who and from where`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            let id = try #require(try await api.post(path, purge).text("id"))
            _ = try await api.post("\(path)/\(id)/cancel")
            _ = try await api.post("\(path)/\(id)/retry", nil, TestAPI.admin)
            guard case .array(let entries) = try await api.get("/_muster/v1/audit", TestAPI.admin)["entries"] else {
                Issue.record("no entries")
                return
            }
            #expect(entries.compactMap { $0.members?["verb"] } == ["retry", "cancel", "submit"])
            #expect(entries.compactMap { $0.members?["who"] } == ["token:test-admin", "token:test-operator", "token:test-operator"])
            #expect(entries.allSatisfy { $0.members?["origin"] == "127.0.0.1" && $0.members?["subject"] == .string(id) })
        }
    }

    @Test func `the fleet is shown: processes, roll call, counts, attempts`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let id = try #require(try await api.post(path, purge).text("id"))
            let stats = try await api.get("/_muster/v1/stats")
            #expect(stats["total"] == .integer(1))
            #expect(stats["pending"] == .array([["action": "purge_history", "status": "scheduled", "count": .integer(1)]]))
            guard case .array(let processes) = try await api.get("/_muster/v1/processes")["processes"], let main = processes.first?.members
            else {
                Issue.record("no processes")
                return
            }
            #expect(main["instance"] == "main")
            #expect(main["live"] == true)
            let roll = try await api.get("/_muster/v1/roll_call")
            #expect(roll["clean"] == true)
            #expect(roll["findings"] == .array([]))
            try await process.end(try await process.claim(), .failed, error: "No.")
            guard case .array(let attempts) = try await api.get("\(path)/\(id)/attempts")["attempts"] else {
                Issue.record("no attempts")
                return
            }
            #expect(attempts.map { $0.members?["error"] } == ["No."])
        }
    }

    @Test func `a database that is away is 503 with a time to come back, and no word of where it is`() async throws {  // I11
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let answer = try await api.get(path)
            #expect(answer.status == 503)
            #expect(
                answer.json == ["errcode": "M_MUSTER_UNAVAILABLE", "error": "The database cannot be used now; try again in a few seconds."])
            #expect(answer.headers[.retryAfter] == "5")
        }
    }
}

import HomeserverTasks
import Scheduler
import Testing

@testable import AdminAPI

/// Every row of Synapse's room delete endpoints and their statuses.
@Suite(.timeLimit(.minutes(2))) struct DeleteRouteTests {
    private let path = "/_synapse/admin/v2/rooms/%21r%3Asandbox.test"
    private let first = "/_synapse/admin/v1/rooms/!r:sandbox.test"
    private let byID = "/_synapse/admin/v2/rooms/delete_status"
    private let done = #"{"failed_to_kick_users":[],"kicked_users":["@u:h"],"local_aliases":[],"new_room_id":null}"#

    @Test func `a body with a key twice deletes nothing, whatever the last of them says`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            for route in [path, first] {
                let answer = try await api.delete(route, #"{"purge":true,"purge":false}"#)
                #expect(answer.status == 400 && answer.errcode == "M_BAD_JSON" && answer.text("field") == "purge", "\(answer.json)")
            }
            let native = try await api.post(
                "/_muster/v1/tasks", #"{"action":"purge_history","params":{"room_id":"!a:h","room_id":"!b:h"}}"#)
            #expect(native.status == 400 && native.text("field") == "room_id", "\(native.json)")
            #expect(try await process.scheduler.tasks(TaskQuery()).tasks.isEmpty)
        }
    }

    @Test func `a delete is followed by both statuses`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let submitted = try await api.delete(path, #"{"block":true}"#)
            #expect(submitted.status == 200)
            let id = try #require(submitted.text("delete_id"))
            let waiting: JSONValue = [
                "delete_id": .string(id), "room_id": "!r:sandbox.test", "status": "scheduled", "shutdown_room": .null,
                "muster_status": "scheduled", "attempt": .integer(0),
            ]
            #expect(try await api.get("\(byID)/\(id)").json == waiting)
            #expect(try await api.get("\(path)/delete_status").json == ["results": .array([waiting])])
            let attempt = try await process.claim()
            #expect(try await api.get("\(byID)/\(id)").text("status") == "active")
            try await process.end(attempt, .complete, result: done)
            let answer = try await api.get("\(byID)/\(id)")
            #expect(answer.text("status") == "complete")
            #expect(answer["shutdown_room"] == (try JSONParser.parse(Array(done.utf8))))
            #expect(answer["error"] == nil)
        }
    }

    @Test func `a failed delete shows its error, a cancelled one is found by its id only`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let failed = try #require(try await api.delete(path, "{}").text("delete_id"))
            try await process.end(try await process.claim(), .failed, error: "The homeserver refused.")
            #expect(try await api.get("\(byID)/\(failed)").error == "The homeserver refused.")
            let other = "/_synapse/admin/v2/rooms/!s:h"
            let cancelled = try #require(try await api.delete(other, "{}").text("delete_id"))
            _ = try await api.post("/_muster/v1/tasks/\(cancelled)/cancel")
            let ended = try await api.get("\(byID)/\(cancelled)")
            #expect(ended.text("status") == "failed" && ended.text("muster_status") == "cancelled")
            #expect(try await api.get("\(other)/delete_status").status == 404)
        }
    }

    @Test func `the same room twice is refused`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            #expect(try await api.delete(path, "{}").status == 200)
            let answer = try await api.delete(path, "{}")
            #expect(answer.status == 400)
            #expect(answer.json == ["errcode": "M_UNKNOWN", "error": "Purge already in progress for !r:sandbox.test"])
        }
    }

    @Test func `what is not there, and what is no room id, is told apart`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            let redact = try #require(try await api.post("/_synapse/admin/v1/user/@u:h/redact", #"{"rooms":[]}"#).text("redact_id"))
            for id in ["1", "x", redact] {
                let answer = try await api.get("\(byID)/\(id)")
                #expect(answer.status == 404)
                #expect(answer.json == ["errcode": "M_NOT_FOUND", "error": .string("delete id '\(id)' not found")])
            }
            let none = try await api.get("\(path)/delete_status")
            #expect(none.status == 404)
            #expect(none.json == ["errcode": "M_NOT_FOUND", "error": "No delete task for room_id '!r:sandbox.test' found"])
            for answer in [
                try await api.get("/_synapse/admin/v2/rooms/bad/delete_status"), try await api.delete("/_synapse/admin/v2/rooms/bad", "{}"),
                try await api.delete("/_synapse/admin/v1/rooms/bad", "{}"),
            ] {
                #expect(answer.status == 400)
                #expect(answer.json == ["errcode": "M_UNKNOWN", "error": "bad is not a legal room ID"])
            }
            let foreign = try await api.delete(path, #"{"new_room_user_id":"@a:other.test"}"#)
            #expect(foreign.json == ["errcode": "M_UNKNOWN", "error": "User must be our own: @a:other.test"])
        }
    }

    @Test func `version 1 answers at the end, with what was done`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            async let answer = api.delete(first, #"{"purge":true}"#)
            try await process.end(try await process.claim(), .complete, result: done)
            let ended = try await answer
            #expect(ended.status == 200)
            #expect(ended.json == (try JSONParser.parse(Array(done.utf8))))
        }
    }

    @Test func `version 1 tells why a delete failed`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            async let answer = api.delete(first, "{}")
            try await process.end(try await process.claim(), .failed, error: "Users are still joined to this room")
            let ended = try await answer
            #expect(ended.status == 400)
            #expect(ended.errcode == "M_UNKNOWN")
            #expect(ended.error == "Users are still joined to this room")
        }
    }

    @Test func `version 1 gives the id when the wait ends first; the same again joins, another is refused`() async throws {
        var settings = AdminAPISettings(serverName: "sandbox.test")
        settings.synchronousDeleteTimeout = .milliseconds(50)
        try await TestAPI.withDatabase(settings: settings) { (api, process) async throws in
            let answer = try await api.delete(first, #"{"block":true}"#)
            #expect(answer.status == 504)
            #expect(answer.errcode == "M_MUSTER_TIMEOUT")
            let id = try #require(answer.text("delete_id"))
            #expect(try await api.get("\(byID)/\(id)").text("status") == "scheduled")
            #expect(try await api.delete(first, #"{"block":true}"#).text("delete_id") == id)
            let other = try await api.delete(first, #"{"block":false}"#)
            #expect(other.status == 400)
            #expect(other.error == "Purge already in progress for !r:sandbox.test")
        }
    }
}

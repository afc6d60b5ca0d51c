import AsyncHTTPClient
import HomeserverClient
import Logging
import SandboxHomeserver
import Testing

@testable import AdminAPI

/// Every row of Synapse's purge endpoint and its status, with a homeserver that knows the room.
@Suite(.timeLimit(.minutes(2))) struct PurgeRouteTests {
    private struct Room {
        let client: HomeserverClient
        let id: String
        let event: String
        var path: String { "/_synapse/admin/v1/purge_history/\(id)" }
    }

    private func withRoom(_ body: (Room) async throws -> Void) async throws {
        let state = SandboxState()
        let admin = try state.createUser("admin", admin: true)
        let room = try state.createRoom(creator: state.userID("admin"), timestamp: 1_700_000_000_000)
        let event = try state.send(
            to: room, by: state.userID("admin"), content: ["msgtype": "m.text", "body": "x"], timestamp: 1_700_000_100_000)
        let server = SandboxHomeserver(state: state, logger: Logger(label: "sandbox-test") { _ in SwiftLogNoOpLogHandler() })
        try await server.withServer { address in
            let client = HomeserverClient(HomeserverConfiguration(url: address.url, adminToken: admin), httpClient: .shared)
            try await body(Room(client: client, id: room, event: event))
        }
    }

    @Test func `a purge is accepted by path, by event and by time, and followed to its end`() async throws {
        try await withRoom { room in
            try await TestAPI.withDatabase(homeserver: room.client) { (api, process) async throws in
                let byPath = try await api.post("\(room.path)/\(room.event)")
                #expect(byPath.status == 200)
                let byEvent = try await api.post(
                    room.path, "{\"purge_up_to_event_id\":\"\(room.event)\",\"delete_local_events\":\"yes\"}")
                #expect(byEvent.status == 200)
                #expect(try await api.post(room.path, #"{"purge_up_to_ts":1700000200000}"#).status == 200)
                let id = try #require(byPath.text("purge_id"))
                let status = "/_synapse/admin/v1/purge_history_status"
                #expect(
                    try await api.get("\(status)/\(id)").json == ["status": "active", "muster_status": "scheduled", "attempt": .integer(0)])
                try await process.end(try await process.claim(), .complete)
                #expect(
                    try await api.get("\(status)/\(id)").json == [
                        "status": "complete", "muster_status": "complete", "attempt": .integer(1),
                    ])
                try await process.end(try await process.claim(), .failed, error: "No.")
                let failed = try await api.get("\(status)/\(byEvent.text("purge_id") ?? "")")
                #expect(failed.json == ["status": "failed", "muster_status": "failed", "error": "No.", "attempt": .integer(1)])
                let params = try await api.get("/_muster/v1/tasks/\(byEvent.text("purge_id") ?? "")", TestAPI.admin)["params"]
                #expect(
                    params == [
                        "room_id": .string(room.id), "purge_up_to_event_id": .string(room.event), "delete_local_events": true,
                    ])
            }
        }
    }

    @Test func `a bound that is worth nothing is refused with Synapse's words`() async throws {
        try await withRoom { room in
            try await TestAPI.withDatabase(homeserver: room.client) { (api, _) async throws in
                let unknown = try await api.post("\(room.path)/$nothing")
                #expect(unknown.status == 404)
                #expect(unknown.json == ["errcode": "M_NOT_FOUND", "error": "Could not find event $nothing"])
                #expect(try await api.post("\(room.path)/").json == ["errcode": "M_NOT_FOUND", "error": "Could not find event "])
                let wrong = try await api.post("/_synapse/admin/v1/purge_history/!other:sandbox.test/\(room.event)")
                #expect(wrong.status == 400)
                #expect(wrong.json == ["errcode": "M_UNKNOWN", "error": "Event is for wrong room."])
                for timestamp in ["1", "-1", "1700000000"] {
                    let early = try await api.post(room.path, "{\"purge_up_to_ts\":\(timestamp)}")
                    #expect(early.status == 404)
                    #expect(early.json == ["errcode": "M_NOT_FOUND", "error": "there is no event to be purged"])
                }
                let none = try await api.post(room.path)
                #expect(none.status == 400)
                #expect(none.json == ["errcode": "M_BAD_JSON", "error": "must specify purge_up_to_event_id or purge_up_to_ts"])
                #expect(try await api.post(room.path, "[]").errcode == "M_BAD_JSON")
                #expect(try await api.post(room.path, "{").errcode == "M_NOT_JSON")
            }
        }
    }

    @Test func `a homeserver that is away does not stop a purge from being accepted`() async throws {
        try await withHomeserverAway { away in
            try await TestAPI.withDatabase(homeserver: away) { (api, _) async throws in
                #expect(try await api.post("/_synapse/admin/v1/purge_history/!r:h/$e").status == 200)
                #expect(try await api.post("/_synapse/admin/v1/purge_history/!r:h", #"{"purge_up_to_ts":1700000000005}"#).status == 200)
            }
        }
    }

    @Test func `an unknown id and another action's id are 404`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            let other = try #require(try await api.delete("/_synapse/admin/v2/rooms/!r:h", "{}").text("delete_id"))
            for id in ["1", "x", other] {
                let answer = try await api.get("/_synapse/admin/v1/purge_history_status/\(id)")
                #expect(answer.status == 404)
                #expect(answer.json == ["errcode": "M_NOT_FOUND", "error": .string("purge id '\(id)' not found")])
            }
            let nul = try await api.post("/_synapse/admin/v1/purge_history/%00", #"{"purge_up_to_ts":1700000000005}"#)
            #expect(nul.status == 400)
        }
    }
}

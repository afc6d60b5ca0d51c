import Foundation
import HomeserverTasks
import Testing

@testable import muster

@Suite struct SynapseTaskTests {
    private func task(_ action: String, resource: String? = "!r:h", params: String? = "{}", age: Int64 = 0) -> SynapseTask {
        SynapseTask(
            id: "abc", action: action, status: "active", resourceID: resource, params: params.map { Array($0.utf8) }, ageMilliseconds: age)
    }

    @Test func `stuck is what nobody knows, and what is old`() {
        #expect(task("forgotten").trouble(olderThan: .seconds(60)) == .unknownAction)
        #expect(task("purge_history", age: 59_999).trouble(olderThan: .seconds(60)) == nil)
        #expect(task("purge_history", age: 60_000).trouble(olderThan: .seconds(60)) == .old)
        #expect(task("purge_room", age: -5000).trouble(olderThan: .seconds(0)) == nil)
    }

    @Test func `a redact keeps all that Synapse stored`() throws {
        let params = """
            {"rooms":["!a:h"],"requester":{"user_id":"@admin:h"},"user_id":"@u:h","use_admin":true,"reason":"spam","before_ts":9,"after_ts":null,
            "limit":5}
            """
        let request = try task("redact_all_events", resource: "@u:h", params: params).equivalent(purgeEvent: nil)
        let expected = RedactAllEvents.Params(userID: "@u:h", rooms: ["!a:h"], reason: "spam", limit: 5, useAdmin: true, beforeTs: 9)
        #expect(try request.params.decode(RedactAllEvents.Params.self) == expected)
        #expect(request.resourceID == "@u:h" && request.idempotencyKey == "synapse-task-abc")
    }

    @Test func `a purge goes up to the event at its place`() throws {
        let purge = task("purge_history", params: #"{"token":"t17-4711","delete_local_events":true}"#)
        #expect(purge.purgeBound == SynapseTask.Place(token: "t17-4711"))
        let request = try purge.equivalent(purgeEvent: "$e")
        let expected = PurgeHistory.Params(roomID: "!r:h", purgeUpToEventID: "$e", deleteLocalEvents: true)
        #expect(try request.params.decode(PurgeHistory.Params.self) == expected)
        #expect(throws: SynapseTask.NoEquivalent.self) { try purge.equivalent(purgeEvent: nil) }
    }

    @Test func `what cannot be undone is asked for before it is submitted`() throws {
        let purge = task("purge_history", params: #"{"token":"t17-4711"}"#)
        let rows = [
            ImportRow(.init(task: task("forgotten"), trouble: .unknownAction, purgeEvent: nil)),
            ImportRow(.init(task: purge, trouble: .old, purgeEvent: "$e")), ImportRow(.init(task: purge, trouble: .old, purgeEvent: "$f")),
        ]
        #expect(ImportSynapseCommand.question(rows) == "What these tasks do cannot be undone: 2 purge_history.")
        #expect(ImportSynapseCommand.question([rows[0]]) == nil)
    }

    @Test func `both of Synapse's room deletes become one action`() throws {
        let params = #"{"requester_user_id":"@a:h","new_room_user_id":"@b:h","new_room_name":"n","message":"m","block":true,"purge":false}"#
        let shutdown = try task("shutdown_and_purge_room", params: params).equivalent(purgeEvent: nil)
        let expected = ShutdownAndPurgeRoom.Params(
            roomID: "!r:h", block: true, purge: false, newRoomUserID: "@b:h", roomName: "n", message: "m")
        #expect(try shutdown.params.decode(ShutdownAndPurgeRoom.Params.self) == expected)
        let forgotten = try task("purge_room", params: nil).equivalent(purgeEvent: nil)
        #expect(try forgotten.params.decode(ShutdownAndPurgeRoom.Params.self) == ShutdownAndPurgeRoom.Params(roomID: "!r:h"))
    }

    @Test(arguments: ["t17", "s17-4711", "t17-x", "t1-2-3", "", "17-4711"])
    func `what is no place is none`(_ token: String) {
        #expect(SynapseTask.Place(token: token) == nil)
    }

    @Test(arguments: ["delete_device_messages", "forgotten", "purge_history", "redact_all_events"])
    func `what cannot be done here says why`(_ action: String) {
        #expect(throws: SynapseTask.NoEquivalent.self) { try task(action, params: "[]").equivalent(purgeEvent: "$e") }
    }
}

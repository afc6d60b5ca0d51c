import Foundation
import SchedulerTesting

extension ParityCase {
    private static let status = ParityStep.get("/_synapse/admin/v2/rooms/delete_status/<delete_id>").until("complete", "failed")
    private static let blocked = ParityStep.get("/_synapse/admin/v1/rooms/<fresh_room>/block").ofHomeserver
    private static let isThere = ParityStep.get("/_synapse/admin/v1/rooms/<fresh_room>/members").ofHomeserver
    private static let send = ParityStep(
        method: "PUT", path: "/_matrix/client/v3/rooms/<fresh_room>/send/m.room.message/1", body: #"{"msgtype":"m.text","body":"x"}"#,
        caller: .user, isOfHomeserver: true)

    private static func delete(_ body: String, version: String = "v2", room: String = "fresh_room") -> ParityStep {
        let step = ParityStep.delete("/_synapse/admin/\(version)/rooms/<\(room)>", body)
        return version == "v2" ? step.saving("delete_id") : step
    }

    /// Both versions: the first answers at the end, the second is followed.
    private static func both(
        _ name: String, _ body: String, room: String = "fresh_room", then: [ParityStep] = [],
        prepare: @escaping @Sendable (ParityWorld) async throws -> [String: String] = { world in
            try await world.roomWithMessages(2, members: [world.friend])
        }
    ) -> [ParityCase] {
        [
            ParityCase(name: "delete v1: \(name)", prepare: prepare, steps: [delete(body, version: "v1", room: room)] + then),
            ParityCase(
                name: "delete v2: \(name)", prepare: prepare,
                // Synapse may list a delete as active after it has called it complete.
                steps: [delete(body, room: room), status] + then
                    + [.get("/_synapse/admin/v2/rooms/<\(room)>/delete_status").until("complete", "failed")]),
        ]
    }

    private static let ghostRoom: @Sendable (ParityWorld) async throws -> [String: String] = { world in
        ["fresh_room": "!ghost\(UUID().uuidString.prefix(13)):\(world.user.id.split(separator: ":").last ?? "")"]
    }

    /// What a delete does.
    static let deletes: [ParityCase] =
        both("purge and block", #"{"block":true,"purge":true}"#, then: [blocked, isThere, send])
        + both("purge without block", #"{"block":false,"purge":true}"#, then: [blocked, isThere, send])
        + both("block without purge", #"{"block":true,"purge":false}"#, then: [blocked, isThere, send])
        + both("force_purge", #"{"purge":true,"force_purge":true}"#, then: [isThere])
        + both("an unknown room", "{}", prepare: ghostRoom)
        + both("block an unknown room", #"{"block":true}"#, then: [blocked], prepare: ghostRoom)
        + both("block an unknown room without purge", #"{"block":true,"purge":false}"#, then: [blocked], prepare: ghostRoom)
        + both("a new room", #"{"new_room_user_id":"<admin>","room_name":"Elsewhere","message":"Moved."}"#, then: [isThere])
        + both("a new room by a local user who does not exist", #"{"new_room_user_id":"<nobody>"}"#)
        + both("the invited are sent away too", "{}", then: [isThere]) { world in
            let words = try await world.roomWithMessages(1)
            let invited = try await world.client.makeUser("invited")
            let path = "/_matrix/client/v3/rooms/\(SynapseClient.encoded(words["fresh_room"] ?? ""))/invite"
            try await world.client.require("POST", path, token: world.user.token, body: ["user_id": invited.id])
            return words.merging(["invited": invited.id]) { $1 }
        } + [
            ParityCase(
                name: "delete v2: again, after the end", prepare: { try await $0.roomWithMessages(1) },
                steps: [delete("{}"), status, delete("{}"), status]),
            ParityCase(
                name: "delete v2: while one of the same room is under way", prepare: { try await $0.roomOfMany(12) },
                steps: [
                    delete("{}"), ParityStep.get("/_synapse/admin/v2/rooms/delete_status/<delete_id>").until("active"),
                    ParityStep.delete("/_synapse/admin/v2/rooms/<fresh_room>", "{}"), status,
                ]),
        ]
}

extension ParityWorld {
    /// A room whose members take a while to be sent away.
    fileprivate func roomOfMany(_ count: Int) async throws -> [String: String] {
        var members: [SynapseUser] = []
        for _ in 0..<count { members.append(try await client.makeUser("member")) }
        var words = try await roomWithMessages(1, members: members)
        for (index, member) in members.enumerated() { words["member\(index)"] = member.id }
        return words
    }
}

import SchedulerTesting
import Testing

/// Proves that the homeserver which the other scenarios run against is there and can be seeded and read.
@Suite(.timeLimit(.minutes(5)))
struct RealSynapseTests {
    @Test func `the admin's token belongs to a server admin`() async throws {
        struct Owner: Decodable {
            let user_id: String
        }
        struct Answer: Decodable {
            let admin: Bool
        }
        let synapse = try await RealSynapse.shared()
        let owner = try await synapse.client.require("GET", "/_matrix/client/v3/account/whoami").decode(Owner.self)
        #expect(owner.user_id == synapse.adminUserID)
        let path = "/_synapse/admin/v1/users/\(SynapseClient.encoded(owner.user_id))/admin"
        #expect(try await synapse.client.require("GET", path).decode(Answer.self).admin)
    }

    @Test func `what it does to a new database is done before anybody gets it, because rooms cannot be purged reliably meanwhile`()
        async throws
    {
        struct Update: Decodable {
            let name: String
        }
        struct Status: Decodable {
            let current_updates: [String: Update]
        }
        let synapse = try await RealSynapse.shared()
        let status = try await synapse.client.require("GET", "/_synapse/admin/v1/background_updates/status").decode(Status.self)
        #expect(status.current_updates.isEmpty, "\(status)")
    }

    @Test func `the application service acts as any local user`() async throws {
        struct Owner: Decodable {
            let user_id: String
        }
        let synapse = try await RealSynapse.shared()
        let user = try await synapse.client.makeUser()
        let path = "/_matrix/client/v3/account/whoami?user_id=\(SynapseClient.encoded(user.id))"
        let owner = try await synapse.client.require("GET", path, token: synapse.asToken).decode(Owner.self)
        #expect(owner.user_id == user.id)
    }

    @Test func `the worker answers with the same accounts`() async throws {
        let synapse = try await RealSynapse.shared()
        let token = try synapse.token(of: "spammer")
        let reply = try await synapse.client.call(
            "GET", "/_matrix/client/v3/account/whoami", token: token, at: synapse.workerURL)
        #expect(reply.status == 200)
    }

    @Test func `a redaction is seen by who reads the room`() async throws {
        let client = try await RealSynapse.shared().client
        let user = try await client.makeUser()
        let room = try await client.createRoom(by: user)
        let messages = try await client.sendMessages(5, to: room, as: user, inFlight: 1)
        try await client.redact(messages[2], in: room, as: user)
        try await client.redact(messages[2], in: room, as: user)

        let read = try await client.readAllMessages(in: room)
        #expect(read.map(\.id) == messages)
        #expect(read.filter(\.isRedacted).map(\.id) == [messages[2]])
        #expect(read.map(\.body) == ["message 0", "message 1", nil, "message 3", "message 4"])
        #expect(try await client.countRedactionEvents(in: room) == 2)
        #expect(try await client.redactionCounts(in: room) == [messages[2]: 2])
    }

    @Test func `a member who left, was kicked or was banned is known to have been there`() async throws {
        let client = try await RealSynapse.shared().client
        let owner = try await client.makeUser("owner")
        let member = try await client.makeUser("member")
        let rooms = try await [
            client.createRoom(by: owner, members: [member]), client.createRoom(by: owner, members: [member]),
            client.createRoom(by: owner, members: [member]), client.createRoom(by: owner, members: [member]),
        ]
        try await client.leave(rooms[1], as: member)
        try await client.kick(member, from: rooms[2], by: owner)
        try await client.ban(member, from: rooms[3], by: owner)
        let memberships = try await client.memberships(of: member)
        #expect(rooms.map { memberships[$0] } == ["join", "leave", "leave", "ban"])
        #expect(try await client.members(of: rooms[0]) == [owner.id, member.id])
    }

    @Test func `Synapse's own purge empties a room's history`() async throws {
        struct Purge: Decodable {
            let purge_id: String
        }
        let client = try await RealSynapse.shared().client
        let user = try await client.makeUser()
        let room = try await client.createRoom(by: user)
        let messages = try await client.sendMessages(10, to: room, as: user, inFlight: 1)
        let path = "/_synapse/admin/v1/purge_history/\(SynapseClient.encoded(room))/\(SynapseClient.encoded(messages[9]))"
        let purge = try await client.require("POST", path, body: ["delete_local_events": true]).decode(Purge.self)
        try await client.waitForJob(at: "/_synapse/admin/v1/purge_history_status/\(purge.purge_id)")
        #expect(try await client.readAllMessages(in: room).map(\.id) == [messages[9]])
    }

    @Test func `Synapse's own delete removes a room`() async throws {
        struct Delete: Decodable {
            let delete_id: String
        }
        let client = try await RealSynapse.shared().client
        let user = try await client.makeUser()
        let room = try await client.createRoom(by: user)
        #expect(try await client.roomExists(room))
        let path = "/_synapse/admin/v2/rooms/\(SynapseClient.encoded(room))"
        let delete = try await client.require("DELETE", path, body: ["purge": true]).decode(Delete.self)
        try await client.waitForJob(at: "/_synapse/admin/v2/rooms/delete_status/\(delete.delete_id)")
        #expect(try await client.roomExists(room) == false)
    }

    @Test func `a limited user is told to wait, and nobody else is`() async throws {
        let client = try await RealSynapse.shared().client
        let slow = try await client.makeUser("slow")
        let quick = try await client.makeUser("quick")
        let room = try await client.createRoom(by: quick, members: [slow])
        try await client.limitRate(of: slow, perSecond: 1, burst: 1)
        try await client.sendMessages(10, to: room, as: quick)
        let error = await #expect(throws: SynapseError.self) { try await client.sendMessages(10, to: room, as: slow) }
        #expect(error?.description.contains("M_LIMIT_EXCEEDED") == true)
    }

    @Test func `a killed process comes back with everything it had`() async throws {
        let synapse = try await RealSynapse.start(users: 1)
        let client = synapse.client
        let user = try await client.makeUser()
        let room = try await client.createRoom(by: user)
        let message = try await client.send("still here", to: room, as: user)
        try await synapse.kill(.worker)
        try await synapse.kill(.main)
        await #expect(throws: (any Error).self) { try await client.roomExists(room) }
        try await synapse.restart(.main)
        try await synapse.restart(.worker)
        #expect(try await client.readAllMessages(in: room).map(\.id) == [message])
        try await synapse.stop()
    }
}

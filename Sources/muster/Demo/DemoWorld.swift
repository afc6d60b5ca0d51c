import Foundation
import SandboxHomeserver

/// What the sandbox homeserver holds when the demo begins: rooms with a spammer among chat, and an old room.
struct DemoWorld: Sendable {
    /// The sandbox.
    let state: SandboxState
    /// The access token of a server admin of the sandbox.
    let adminToken: String
    /// The spammer and the rooms that he was in.
    let spam: SandboxSpam
    /// The room whose history is to be purged.
    let oldRoom: String
    /// Everything in it before this time is to go, in milliseconds since 1970.
    let purgeUpTo: Int64
    /// Messages in the old room before that time.
    let oldMessages: Int
    /// Messages in the old room after it.
    let newMessages: Int

    /// The spammer's messages in all rooms.
    var spamMessages: Int { spam.messages.values.reduce(0) { $0 + $1.count } }

    private static let day = 86_400_000

    /// Makes the world.
    static func make(rooms: Int = 5, messagesPerRoom: Int = 60) throws -> DemoWorld {
        let state = SandboxState()
        let adminToken = try state.createUser("admin", admin: true)
        let spam = try state.seedSpam(rooms: rooms, messagesPerRoom: messagesPerRoom)
        let chatter = spam.bystanders[0]
        let now = Int(Date().timeIntervalSince1970 * 1000)
        let (old, new) = (180, 60)
        let room = try state.createRoom(creator: chatter, name: "Old room", timestamp: now - 400 * day)
        for number in 1...old {
            try say("Long ago, \(number)", at: now - 390 * day + number * day, in: room, by: chatter, state)
        }
        for number in 1...new {
            try say("Lately, \(number)", at: now - 7 * day + number * 3_600_000, in: room, by: chatter, state)
        }
        return DemoWorld(
            state: state, adminToken: adminToken, spam: spam, oldRoom: room, purgeUpTo: Int64(now - 30 * day), oldMessages: old,
            newMessages: new)
    }

    private static func say(_ text: String, at timestamp: Int, in room: String, by user: String, _ state: SandboxState) throws {
        try state.send(to: room, by: user, content: ["msgtype": "m.text", "body": .string(text)], timestamp: timestamp)
    }
}

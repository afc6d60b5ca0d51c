/// What ``SandboxState/seedSpam(user:rooms:messagesPerRoom:bystanders:)`` has made.
public struct SandboxSpam: Sendable {
    /// The spammer's full id.
    public let spammer: String
    /// The spammer's access token.
    public let spammerToken: String
    /// The full ids of the others; the first has made all rooms.
    public let bystanders: [String]
    /// The rooms, all joined by everybody.
    public let rooms: [String]
    /// The spammer's messages, by room, oldest first.
    public let messages: [String: [String]]
}

extension SandboxState {
    /// Makes a spammer, bystanders and rooms in which the spammer's messages stand among theirs.
    ///
    /// After every third message of the spammer a bystander says something. Messages lie one second apart and end about a minute ago, so that
    /// bounds in time cut them as they would cut a real room.
    ///
    /// - Parameters:
    ///   - user: the spammer's name, without server.
    ///   - rooms: how many rooms.
    ///   - messagesPerRoom: messages of the spammer in each.
    ///   - bystanders: other users, at least one.
    public func seedSpam(
        user: String = "spammer", rooms: Int, messagesPerRoom: Int, bystanders: Int = 3
    ) throws(SandboxRefusal) -> SandboxSpam {
        let token = try createUser(user)
        let spammer = userID(user)
        var others: [String] = []
        for number in 1...max(1, bystanders) {
            try createUser("bystander\(number)")
            others.append(userID("bystander\(number)"))
        }
        var roomIDs: [String] = []
        var messages: [String: [String]] = [:]
        let begin = World.now() - (messagesPerRoom * 4 / 3 + 60) * 1000
        for number in 1...max(1, rooms) {
            let roomID = try createRoom(creator: others[0], name: "Room \(number)", timestamp: begin)
            for userID in others + [spammer] { try join(userID, to: roomID, timestamp: begin) }
            var timestamp = begin
            var sent: [String] = []
            for index in 0..<messagesPerRoom {
                timestamp += 1000
                let text = "Buy now! Offer \(index + 1)"
                sent.append(try send(to: roomID, by: spammer, content: Self.text(text), timestamp: timestamp))
                guard index % 3 == 2 else { continue }
                timestamp += 1000
                let other = others[(index / 3) % others.count]
                try send(to: roomID, by: other, content: Self.text("Please stop, message \(index + 1)"), timestamp: timestamp)
            }
            roomIDs.append(roomID)
            messages[roomID] = sent
        }
        return SandboxSpam(spammer: spammer, spammerToken: token, bystanders: others, rooms: roomIDs, messages: messages)
    }

    private static func text(_ body: String) -> SandboxJSON { ["msgtype": "m.text", "body": .string(body)] }
}

import FoundationEssentials

extension SynapseClient {
    /// Sends `count` text messages into one room and returns their event ids in the order of their numbers.
    ///
    /// - Parameter inFlight: How many are under way at once, 1 to 3. With 1 each message follows the one before it. More than a few
    ///   would be built on a stale end of the room, which slows the room down for good.
    @discardableResult
    public func sendMessages(_ count: Int, to room: String, as user: SynapseUser, inFlight: Int = 3) async throws -> [String] {
        precondition((1...3).contains(inFlight), "1 to 3 messages may be in flight in one room")
        return try await withThrowingTaskGroup(of: (Int, String).self) { group in
            var ids = [String](repeating: "", count: count)
            for number in 0..<count {
                if number >= inFlight, let (earlier, id) = try await group.next() {
                    ids[earlier] = id
                }
                group.addTask { (number, try await send("message \(number)", to: room, as: user)) }
            }
            for try await (number, id) in group {
                ids[number] = id
            }
            return ids
        }
    }

    /// Sends `count` text messages into each of the rooms, the rooms side by side, and returns the event ids of each room.
    @discardableResult
    public func sendMessages(_ count: Int, toEach rooms: [String], as user: SynapseUser) async throws -> [String: [String]] {
        try await withThrowingTaskGroup(of: (String, [String]).self) { group in
            for room in rooms {
                group.addTask { (room, try await sendMessages(count, to: room, as: user)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Sends one text message and returns its event id.
    @discardableResult
    public func send(_ text: String, to room: String, as user: SynapseUser) async throws -> String {
        try await sendEvent("m.room.message", ["msgtype": "m.text", "body": text], to: room, as: user)
    }

    /// Sends one event of any type and returns its event id.
    @discardableResult
    public func sendEvent(_ type: String, _ content: [String: String], to room: String, as user: SynapseUser) async throws -> String {
        let path = "/_matrix/client/v3/rooms/\(encoded(room))/send/\(encoded(type))/\(UUID().uuidString)"
        return try await require("PUT", path, token: user.token, body: content).decode(Sent.self).event_id
    }

    /// Redacts one event and returns the id of the redaction.
    @discardableResult
    public func redact(_ event: String, in room: String, as user: SynapseUser) async throws -> String {
        let path = "/_matrix/client/v3/rooms/\(encoded(room))/redact/\(encoded(event))/\(UUID().uuidString)"
        return try await require("PUT", path, token: user.token, body: [String: String]()).decode(Sent.self).event_id
    }

    private struct Sent: Decodable {
        let event_id: String
    }
}

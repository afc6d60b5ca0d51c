extension World {
    /// Adds an event to a room, at its end or, for Synapse's own redactions, below the event that it hangs on.
    @discardableResult
    mutating func append(
        _ type: String, to roomID: String, by sender: String, stateKey: String? = nil, content: SandboxJSON,
        timestamp: Int? = nil, hangingOn parent: String? = nil
    ) throws(SandboxRefusal) -> String {
        // Only the numbers are taken out: a copy of the room would make every insertion copy its timeline.
        guard let deepest = rooms[roomID]?.depth, let count = rooms[roomID]?.timeline.count else { throw .notFound("Room not found") }
        stream += 1
        let depth = (parent.flatMap { events[$0]?.depth } ?? deepest) + 1
        let timestamp = timestamp ?? Self.now()
        let event = Event(
            id: identifiers.event(), roomID: roomID, sender: sender, type: type, stateKey: stateKey, content: content,
            timestamp: timestamp, receivedAt: max(timestamp, rooms[roomID]?.newestReceivedAt ?? 0), depth: depth, stream: stream)
        events[event.id] = event
        let place = depth > deepest ? count : position(after: depth, in: rooms[roomID]?.timeline ?? [])
        rooms[roomID]?.timeline.insert(event.id, at: place)
        rooms[roomID]?.depth = max(deepest, depth)
        rooms[roomID]?.newestByArrival = event.id
        rooms[roomID]?.newestReceivedAt = event.receivedAt
        if let stateKey { rooms[roomID]?.state[Room.StateKey(type: type, key: stateKey)] = event.id }
        if let target = event.redacts { events[target]?.redactions.append(event.id) }
        return event.id
    }

    /// Where an event of this depth that has just arrived belongs: after all events that are not deeper.
    private func position(after depth: Int, in timeline: [String]) -> Int {
        var low = 0
        var high = timeline.count
        while low < high {
            let middle = (low + high) / 2
            if let found = events[timeline[middle]], found.depth <= depth { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Sends a message as somebody who must be in the room.
    mutating func send(
        _ type: String, to roomID: String, by sender: String, content: SandboxJSON, timestamp: Int? = nil, hangingOn parent: String? = nil
    ) throws(SandboxRefusal) -> String {
        try requireJoined(sender, in: roomID)
        return try append(type, to: roomID, by: sender, content: content, timestamp: timestamp, hangingOn: parent)
    }

    func requireJoined(_ userID: String, in roomID: String) throws(SandboxRefusal) {
        guard rooms[roomID]?.hasJoined(userID) == true else { throw .forbidden("User \(userID) not in room \(roomID)") }
    }

    /// Redacts over the client API: the redaction is one more event at the end of the room.
    mutating func redact(_ eventID: String, in roomID: String, by sender: String, reason: String?) throws(SandboxRefusal) -> String {
        try requireJoined(sender, in: roomID)
        let target = events[eventID]
        if let target {
            guard target.roomID == roomID else { throw .bad("Cannot redact event from a different room") }
            try checkRedactable(target)
        }
        if try power(of: sender, in: roomID) < neededPower("redact", in: roomID) {
            // With enough power Synapse does not ask whether it has the event, for it may still come.
            guard let target else { throw .notFound("Could not find event \(eventID)") }
            guard target.sender == sender else { throw .forbidden("You don't have permission to redact events") }
        }
        return try append("m.room.redaction", to: roomID, by: sender, content: Self.redaction(of: eventID, reason: reason))
    }

    func checkRedactable(_ event: Event) throws(SandboxRefusal) {
        switch event.type {
        case "m.room.create": throw .forbidden("Redacting create events is not permitted")
        case "m.room.server_acl": throw .forbidden("Redacting server ACL events is not permitted")
        default: return
        }
    }

    static func redaction(of eventID: String, reason: String?) -> SandboxJSON {
        var content: [String: SandboxJSON] = ["redacts": .string(eventID)]
        if let reason { content["reason"] = .string(reason) }
        return .object(content)
    }
}

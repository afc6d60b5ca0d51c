extension World {
    private static let redactedTypes: Set = ["m.room.message", "m.room.encrypted", "m.room.member"]

    /// Where Synapse redacts if no room is named: joined and banned rooms, never left ones.
    func roomsToRedact(of userID: String) -> [String] { rooms(of: userID, .join) + rooms(of: userID, .ban) }

    /// The events of one room that Synapse's own redaction goes through, newest first; already redacted ones among them.
    func targets(of redaction: UserRedaction, in roomID: String) -> [String] {
        let candidates = events.values.filter { event in
            event.roomID == roomID && event.sender == redaction.userID && Self.redactedTypes.contains(event.type)
                && (redaction.beforeTimestamp.map { event.timestamp <= $0 } ?? true)
                && (redaction.afterTimestamp.map { event.timestamp >= $0 } ?? true)
        }
        let searched = candidates.sorted { $0.stream > $1.stream }.prefix(redaction.limit)
        return searched.filter { $0.type != "m.room.member" || $0.content["membership"] == "join" }.map(\.id)
    }

    /// Redacts one event the way Synapse's job does: hung on the event itself, so that it does not matter who has left since.
    mutating func redactInPlace(_ eventID: String, for redaction: UserRedaction) throws(SandboxRefusal) {
        guard let target = events[eventID] else { throw .notFound("Could not find event \(eventID)") }
        // A history purge has taken away what the event hung on.
        if target.isOutlier { throw .forbidden("No create event in auth events") }
        try checkRedactable(target)
        let actsAsAdmin = redaction.usesAdmin || !isLocal(redaction.userID)
        let sender = actsAsAdmin ? redaction.requester : redaction.userID
        if actsAsAdmin {
            guard wasJoined(redaction.requester, in: target.roomID, when: target) else {
                throw .forbidden("User \(sender) not in room \(target.roomID)")
            }
            guard try power(of: sender, in: target.roomID) >= neededPower("redact", in: target.roomID) else {
                throw .forbidden("You don't have permission to redact events")
            }
        }
        try append(
            "m.room.redaction", to: target.roomID, by: sender,
            content: Self.redaction(of: eventID, reason: redaction.reason), hangingOn: eventID)
    }

    /// Whether somebody was in the room when an event was sent.
    func wasJoined(_ userID: String, in roomID: String, when event: Event) -> Bool {
        let changes = events.values.filter {
            $0.roomID == roomID && $0.type == "m.room.member" && $0.stateKey == userID && $0.stream <= event.stream
        }
        return changes.max { $0.stream < $1.stream }?.content["membership"] == "join"
    }
}

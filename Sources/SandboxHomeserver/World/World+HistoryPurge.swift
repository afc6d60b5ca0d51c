extension World {
    /// Turns a bound into a purge, with Synapse's checks in Synapse's order.
    func historyPurge(
        of roomID: String, upToEvent eventID: String?, upToTimestamp timestamp: SandboxJSON?, deletesLocalEvents: Bool
    ) throws(SandboxRefusal) -> HistoryPurge {
        let bound: Event
        if let eventID {
            guard let event = events[eventID] else { throw .notFound("Could not find event \(eventID)") }
            guard event.roomID == roomID else { throw .bad("Event is for wrong room.") }
            bound = event
        } else if let timestamp {
            guard let timestamp = timestamp.number else { throw .badJSON("purge_up_to_ts must be an int") }
            guard let event = newestEvent(in: roomID, receivedBy: timestamp) else {
                throw .notFound("there is no event to be purged")
            }
            bound = event
        } else {
            throw .badJSON("must specify purge_up_to_event_id or purge_up_to_ts")
        }
        return HistoryPurge(roomID: roomID, depth: bound.depth, deletesLocalEvents: deletesLocalEvents)
    }

    /// The last event in order of arrival before the first one that arrived after a time.
    private func newestEvent(in roomID: String, receivedBy timestamp: Int) -> Event? {
        (rooms[roomID]?.timeline ?? []).compactMap { events[$0] }.sorted { $0.stream < $1.stream }
            .prefix { $0.receivedAt <= timestamp }.last
    }

    /// Purges, or returns the text with which Synapse's transaction fails and rolls back.
    mutating func purge(_ purge: HistoryPurge) -> String? {
        guard let room = rooms[purge.roomID] else { return nil }
        let candidates = room.timeline.compactMap { events[$0] }.filter { $0.depth < purge.depth }
        let doomed = candidates.filter { $0.stateKey == nil && (purge.deletesLocalEvents || !isLocal($0.sender)) }
        if let newest = room.newestByArrival, doomed.contains(where: { $0.id == newest }) {
            // Synapse's own redactions hang on old messages: the room's newest event may lie above the bound.
            return """
                update or delete on table "events" violates foreign key constraint \
                "sliding_sync_joined_rooms_event_stream_ordering_fkey" on table "sliding_sync_joined_rooms"
                """
        }
        let gone = Set(doomed.map(\.id))
        for event in candidates {
            if gone.contains(event.id) { events[event.id] = nil } else { events[event.id]?.isOutlier = true }
        }
        let passed = Set(candidates.map(\.id))
        rooms[purge.roomID]?.timeline.removeAll { passed.contains($0) }
        return nil
    }
}

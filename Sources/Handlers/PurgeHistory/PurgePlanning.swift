import HomeserverClient
import HomeserverTasks
import Scheduler

/// Finds the bound of a purge and the bounds of its slices.
struct PurgePlanning: Sendable {
    let params: PurgeHistory.Params
    let client: HomeserverClient
    let settings: HandlerSettings
    let context: HandlerContext

    private var history: RoomHistory { RoomHistory(roomID: params.roomID, client: client, retrying: settings.retrying) }

    /// Plans; a second call goes on or does nothing.
    ///
    /// The homeserver goes by when it received an event, which nobody outside sees. So with a bound in time the slices have bounds in time
    /// too, each of which the homeserver keeps by itself: whatever senders date how, nothing goes that it would have kept.
    ///
    /// - Throws: `FinalError` for a bound that does not exist.
    func plan(_ checkpoint: inout PurgeCheckpoint) async throws {
        if checkpoint.bound == nil, let eventID = params.purgeUpToEventID {
            try await check(eventID)
            checkpoint.bound = eventID
            try await context.save(checkpoint: checkpoint)
        }
        guard !checkpoint.isPlanned else { return }
        if checkpoint.bound == nil, checkpoint.result == PurgeHistory.Result(), try await !isKnown() {
            // Nothing would be found, as if nothing were left.
            throw FinalError("The homeserver knows no such room; correct room_id.")
        }
        let size = checkpoint.sliceEvents ?? settings.sliceEvents
        if let slices = try await byDepth(checkpoint.bound, size) {
            checkpoint.slices = slices
        } else {
            try await byReading(&checkpoint, size)
        }
        checkpoint.isPlanned = true
        checkpoint.searchFrom = nil
        try await context.save(checkpoint: checkpoint, progress: checkpoint.progress)
    }

    /// Finds events at the right distances by asking for times, some ten calls a slice, where the homeserver tells how deep events are.
    ///
    /// - Returns: nil where it does not, or where times say nothing.
    private func byDepth(_ bound: String?, _ size: Int) async throws -> PurgeSlices? {
        guard let ends = try await ends(bound) else { return nil }
        var wanted = max(size, Int((ends.last.depth - ends.first.depth) / Int64(PurgeSlices.most / 2)))
        let (history, sampled) = (history, settings.sampledEvents)
        var search = SliceSearch(
            place: { try await history.place(at: $0) }, density: { try await history.density(around: $0, events: sampled) })
        var slices = PurgeSlices()
        var from = ends.first
        while true {
            guard let cut = try await search.cut(from: from, to: ends.last, events: wanted) else { return nil }
            guard let place = cut.place else {
                _ = slices.add(.init(before: bound, upTo: bound == nil ? params.purgeUpToTs : nil, events: cut.events))
                return slices
            }
            let slice = PurgeSlices.Slice(
                before: bound == nil ? nil : place.eventID, upTo: bound == nil ? place.ts : nil, events: cut.events)
            if slices.add(slice) { wanted *= 2 }
            from = place
        }
    }

    /// The first event, and the last one that goes or the first that stays; nil where nothing can be said.
    private func ends(_ bound: String?) async throws -> (first: RoomPlace, last: RoomPlace)? {
        guard let oldest = try await history.oldest(), let first = try await history.place(of: oldest.eventID) else { return nil }
        var last: RoomPlace?
        if let bound {
            last = try await history.place(of: bound)
        } else if let ts = params.purgeUpToTs, first.ts < ts {
            last = try await history.place(at: ts)
        }
        guard let last, last.depth >= first.depth else { return nil }
        return (first, last)
    }

    /// Counts the events by reading them all, storing where it is after every few pages.
    private func byReading(_ checkpoint: inout PurgeCheckpoint, _ size: Int) async throws {
        let bound = checkpoint.bound
        var pages = 0
        while true {
            try Task.checkCancellation()
            let from = checkpoint.searchFrom
            let page = try await settings.retrying { _ in
                try await client.events(in: params.roomID, from: from, direction: .forwards, limit: settings.pageSize)
            }
            let end = page.events.firstIndex(where: isBound)
            for event in page.events[..<(end ?? page.events.endIndex)] {
                if bound == nil {
                    checkpoint.slices.add(at: event.originServerTs, size: size)
                } else {
                    checkpoint.slices.add(event.eventID, size: size)
                }
            }
            guard end == nil, let next = page.end, next != from else {
                // An event that is not among what can be read: nothing proves that a slice lies before it.
                if end == nil, bound != nil { checkpoint.slices = PurgeSlices() }
                return checkpoint.slices.close(before: bound, upTo: params.purgeUpToTs)
            }
            checkpoint.searchFrom = next
            pages += 1
            if pages % 20 == 0 { try await context.save(checkpoint: checkpoint) }
        }
    }

    /// Whether slices end here at the latest.
    private func isBound(_ event: RoomEvent) -> Bool {
        guard let eventID = params.purgeUpToEventID else { return event.originServerTs >= params.purgeUpToTs ?? .min }
        return event.eventID == eventID
    }

    private func isKnown() async throws -> Bool {
        let (client, roomID) = (client, params.roomID)
        return try await settings.retrying { _ in try await client.knowsRoom(roomID) }
    }

    private func check(_ eventID: String) async throws {
        let roomID = params.roomID
        guard let event = try await settings.retrying({ _ in try await client.event(eventID, expectedIn: roomID) }) else {
            throw FinalError("The homeserver has no event with the id in purge_up_to_event_id; it may have been purged already.")
        }
        guard event.roomID == roomID else { throw FinalError("The event in purge_up_to_event_id is in another room.") }
    }
}

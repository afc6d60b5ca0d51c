import HomeserverClient
import HomeserverTasks
import Scheduler

/// Finds the bound of a purge and the bounds of its slices.
struct PurgePlanning: Sendable {
    let params: PurgeHistory.Params
    let client: HomeserverClient
    let settings: HandlerSettings
    let context: HandlerContext

    /// Plans, storing what it knows after every few pages; a second call goes on or does nothing.
    ///
    /// The homeserver goes by when it received an event, which nobody outside sees. So with a bound in time the last slice leaves the
    /// bound to the homeserver, and slices by event are cut only before the first event that its sender dates at the bound or later.
    ///
    /// - Throws: `FinalError` for a bound that does not exist.
    func plan(_ checkpoint: inout PurgeCheckpoint) async throws {
        if checkpoint.bound == nil, let eventID = params.purgeUpToEventID {
            try await check(eventID)
            checkpoint.bound = eventID
            try await context.save(checkpoint: checkpoint)
        }
        guard !checkpoint.isPlanned else { return }
        let bound = checkpoint.bound
        var pages = 0
        while true {
            try Task.checkCancellation()
            let from = checkpoint.searchFrom
            let page = try await settings.retrying { _ in
                try await client.events(in: params.roomID, from: from, direction: .forwards, limit: settings.pageSize)
            }
            if let index = page.events.firstIndex(where: isBound) {
                for event in page.events[..<index] { checkpoint.slices.add(event.eventID, size: settings.sliceEvents) }
                checkpoint.slices.close(before: bound)
                break
            }
            for event in page.events { checkpoint.slices.add(event.eventID, size: settings.sliceEvents) }
            guard let end = page.end, end != from else {
                // The event is not among what can be read, so nothing proves that a slice lies before it.
                if bound != nil { checkpoint.slices = PurgeSlices() }
                checkpoint.slices.close(before: bound)
                break
            }
            checkpoint.searchFrom = end
            pages += 1
            if pages % 20 == 0 { try await context.save(checkpoint: checkpoint) }
        }
        checkpoint.isPlanned = true
        checkpoint.searchFrom = nil
        try await context.save(checkpoint: checkpoint, progress: TaskProgress(total: Int64(checkpoint.slices.events)))
    }

    /// Whether slices end here at the latest.
    private func isBound(_ event: RoomEvent) -> Bool {
        guard let eventID = params.purgeUpToEventID else { return event.originServerTs >= params.purgeUpToTs ?? .min }
        return event.eventID == eventID
    }

    private func check(_ eventID: String) async throws {
        let roomID = params.roomID
        guard let event = try await settings.retrying({ _ in try await client.event(eventID, expectedIn: roomID) }) else {
            throw FinalError("The homeserver has no event with the id in purge_up_to_event_id; it may have been purged already.")
        }
        guard event.roomID == roomID else { throw FinalError("The event in purge_up_to_event_id is in another room.") }
    }
}

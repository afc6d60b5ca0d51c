import HomeserverClient
import HomeserverTasks
import Scheduler

/// Counts what a redact would find, and redacts nothing.
struct RedactDryRun: Sendable {
    let params: RedactAllEvents.Params
    let client: HomeserverClient
    let settings: HandlerSettings
    let context: HandlerContext

    private struct Counted: Sendable {
        var tally = RedactTally()
        var isCutByLimit = false
        var failure: String?
    }

    /// Looks at all rooms, several at a time.
    func run(_ found: FoundRooms) async throws -> Outcome {
        let rooms = found.rooms
        let selection = RedactSelection(params)
        var checkpoint = RedactCheckpoint()
        checkpoint.joinedRoomsOnly = found.joinedOnly
        checkpoint.leftRooms = found.left
        checkpoint.roomTallies.know(rooms)
        try await withThrowingTaskGroup(of: (String, Counted).self) { group in
            var (next, looked) = (rooms.makeIterator(), 0)
            for _ in 0..<max(1, min(params.concurrency ?? settings.roomsAtOnce, settings.roomsAtOnce)) {
                if let room = next.next() { group.addTask { (room, try await count(room, selection)) } }
            }
            while let (room, counted) = try await group.next() {
                checkpoint.tally = checkpoint.tally + counted.tally
                checkpoint.roomTallies.add(counted.tally, to: room)
                checkpoint.isCutByLimit = checkpoint.isCutByLimit || counted.isCutByLimit
                if let failure = counted.failure { checkpoint.failedRooms.add(room, failure) }
                looked += 1
                await context.report(
                    TaskProgress(done: Int64(looked), total: Int64(rooms.count), failed: Int64(checkpoint.failedRooms.count)))
                if let room = next.next() { group.addTask { (room, try await count(room, selection)) } }
            }
        }
        return try .complete(RedactReport(dryRun: checkpoint, rooms: rooms.count))
    }

    private func count(_ roomID: String, _ selection: RedactSelection) async throws -> Counted {
        var (counted, from) = (Counted(), String?.none)
        do {
            repeat {
                try Task.checkCancellation()
                let page = try await selection.page(of: roomID, from: from, client, settings)
                if from == nil, page.events.isEmpty, try await !settings.retrying({ _ in try await client.knowsRoom(roomID) }) {
                    counted.failure = "The homeserver knows no such room."
                }
                let events = selection.select(page.events, after: counted.tally.events)
                let beyond = selection.beyond(page.events, after: counted.tally.events)
                let redacted = events.count { $0.isRedacted }
                // What is readable stands in the place of what was redacted.
                counted.tally = counted.tally + RedactTally(redacted: events.count - redacted, already: redacted, events: events.count)
                if beyond.contains(where: { !$0.isRedacted }) { counted.isCutByLimit = true }
                from = RoomRedaction.next(after: page, at: from)
            } while from != nil && !counted.isCutByLimit
        } catch let error as HomeserverError where !error.isTransient && error.status != 401 {
            counted.failure = error.description
        }
        return counted
    }
}

import HomeserverClient
import HomeserverTasks
import Scheduler

/// Counts what a redact would find, and redacts nothing.
struct RedactDryRun: Sendable {
    let params: RedactAllEvents.Params
    let client: HomeserverClient
    let settings: HandlerSettings
    let context: HandlerContext
    let user: RedactedUser

    /// Rooms that are looked at at once, if nothing else is said.
    private static let atOnce = 4

    private struct Counted: Sendable {
        var tally = RedactTally()
        var stays: [String: Int] = [:]
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
        var stays = StayingEvents()
        try await withThrowingTaskGroup(of: (String, Counted).self) { group in
            var (next, looked) = (rooms.makeIterator(), 0)
            for _ in 0..<max(1, min(params.concurrency ?? Self.atOnce, settings.roomsAtOnce)) {
                if let room = next.next() { group.addTask { (room, try await count(room, selection)) } }
            }
            while let (room, counted) = try await group.next() {
                checkpoint.tally = checkpoint.tally + counted.tally
                checkpoint.roomTallies.add(counted.tally, to: room)
                if counted.tally != RedactTally(), !checkpoint.roomTallies.keeps(room) { checkpoint.roomTallies.omit() }
                stays.add(counted.stays)
                checkpoint.isCutByLimit = checkpoint.isCutByLimit || counted.isCutByLimit
                if let failure = counted.failure { checkpoint.failedRooms.add(room, failure) }
                looked += 1
                await context.report(
                    TaskProgress(done: Int64(looked), total: Int64(rooms.count), failed: Int64(checkpoint.failedRooms.count)))
                if let room = next.next() { group.addTask { (room, try await count(room, selection)) } }
            }
        }
        checkpoint.stays = stays
        let elsewhere = try await RoomsElsewhere.look(params, besides: rooms, client, settings)
        let doubts = checkpoint.doubts(elsewhere, user)
        return try .complete(RedactReport(dryRun: checkpoint, rooms: rooms.count, doubts: doubts, media: user.media))
    }

    private func count(_ roomID: String, _ selection: RedactSelection) async throws -> Counted {
        var (counted, from) = (Counted(), String?.none)
        do {
            repeat {
                try Task.checkCancellation()
                let page = try await selection.page(of: roomID, from: from, client, settings, selection.fullFilter)
                counted.stays.merge(selection.stays(page.events), uniquingKeysWith: +)
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
        } catch let error as HomeserverError where !error.isTransient && !error.isTokenRefused {
            counted.failure = error.description
        }
        return counted
    }
}

import HomeserverClient

/// Redacts a user's events in one room, page by page, newest first.
///
/// Several of a page are on their way at once. Each of those hangs on the room's end as it was when it was sent, so that
/// the room's end frays; the last two of each page are sent alone and tie the ends together, ten at most each. All of a
/// page that holds few are sent together: so many ends harm nobody, and the next event of the room ties them.
struct RoomRedaction: Sendable {
    let work: RedactWork
    let roomID: String
    /// How many rooms of the task began before this one.
    var rank = 0

    /// Works until the room is done.
    ///
    /// - Throws: ``RoomFailure`` when nothing can be done here; what passes by itself as it is.
    func run() async throws {
        let stored = await work.ledger.checkpoint.open[roomID]
        var isDelegated = stored?.isDelegated ?? false
        if !isDelegated, work.actsInVain || work.memberships.rooms[roomID] != "join" {
            isDelegated = try await holdsReadable()
        }
        if !isDelegated { isDelegated = try await redactPages(stored ?? RedactCheckpoint.OpenRoom()) == .mayNotAct }
        if isDelegated { try await DelegatedRedaction(work: work, roomID: roomID).run() }
    }

    private enum End { case done, mayNotAct }

    /// A page of so many events leaves no more ends than harm nobody.
    private static let mostEnds = 4
    /// So many events of a page are few: the room goes beside others that have few.
    private static let few = 8

    /// Whether there is anything to redact; also finds rooms that nobody knows.
    func holdsReadable() async throws -> Bool {
        var from: String?
        var counted = 0
        repeat {
            let page = try await readPage(from)
            let events = work.selection.select(page.events, after: counted)
            if events.contains(where: { !$0.isRedacted }) { return true }
            let beyond = work.selection.beyond(page.events, after: counted)
            counted += events.count
            from = Self.next(after: page, at: from)
            if counted >= work.selection.limit { try await noteCut(beyond, from: from) }
        } while from != nil && counted < work.selection.limit
        return false
    }

    /// Notes when the limit leaves older events readable: then the room's end does not count as verified.
    private func noteCut(_ beyond: some Sequence<RoomEvent>, from: String?) async throws {
        guard await !work.ledger.checkpoint.isCutByLimit, try await work.hidesMore(of: roomID, beyond, from: from) else { return }
        await work.ledger.note { $0.isCutByLimit = true }
    }

    private func redactPages(_ stored: RedactCheckpoint.OpenRoom) async throws -> End {
        var room = stored
        while true {
            try Task.checkCancellation()
            let page = try await readPage(room.from)
            let events = work.selection.select(page.events, after: room.counted)
            let redactedNow = events.count { $0.isRedacted }
            if room.alreadyInPage == nil {
                // Pinned: new events do not move a page that is read again.
                room.from = page.start ?? room.from
                room.alreadyInPage = redactedNow
            }
            let end = try await work(through: events, of: room, redactedNow: redactedNow, stays: work.selection.stays(page.events))
            if end == .mayNotAct { return .mayNotAct }
            let beyond = work.selection.beyond(page.events, after: room.counted)
            room.counted += events.count
            let next = Self.next(after: page, at: room.from)
            if room.counted >= work.selection.limit { try await noteCut(beyond, from: next) }
            try await finishPage(counted: room.counted, next: next)
            guard let next, room.counted < work.selection.limit else { return .done }
            room.from = next
            room.alreadyInPage = nil
        }
    }

    private func work(
        through events: [RoomEvent], of room: RedactCheckpoint.OpenRoom, redactedNow: Int, stays: [String: Int]
    ) async throws -> End {
        // A first look at a page that is done already leaves nothing to remember.
        guard events.contains(where: { !$0.isRedacted }) || room.alreadyInPage != redactedNow else {
            await work.ledger.note { $0.count(events.count, already: redactedNow, redacted: 0, in: roomID, room, stays: stays) }
            return .done
        }
        let before = room.alreadyInPage ?? redactedNow
        let pass = try await work.ledger.store { checkpoint in
            checkpoint.count(events.count, already: before, redacted: max(0, redactedNow - before), in: roomID, room, stays: stays)
            checkpoint.foundInPass += max(0, redactedNow - before)
            return checkpoint.pass
        }
        var open: [String] = []
        for event in events where !event.isRedacted {
            if await !work.ledger.checkpoint.failedEvents.contains(event.eventID) { open.append(event.eventID) }
        }
        var knowsMember = false
        for together in Self.turns(of: open, onPageOf: events.count) {
            if try await redact(together, pass, open.count <= Self.few, &knowsMember) == .mayNotAct { return .mayNotAct }
        }
        return .done
    }

    /// Which of a page's readable events are sent together, in this order.
    ///
    /// - Parameter count: all events of the page; the few that are left of many hang on the ends that the others left, and tie them
    static func turns(of open: [String], onPageOf count: Int) -> [ArraySlice<String>] {
        let alone = count <= mostEnds ? 0 : count <= few ? 1 : 2
        let last = open.indices.suffix(alone)
        return ([open.dropLast(alone)] + last.map { open[$0...$0] }).filter { !$0.isEmpty }
    }

    /// Redacts events, in no certain order.
    private func redact(_ events: some Collection<String>, _ pass: Int, _ isFew: Bool, _ knowsMember: inout Bool) async throws -> End {
        try await withThrowingTaskGroup(of: (String, EventRedaction.End).self) { group in
            var (next, reached) = (events.makeIterator(), End.done)
            func begin() {
                guard reached == .done, !Task.isCancelled, let event = next.next() else { return }
                group.addTask { (event, try await redact(event, pass, isFew)) }
            }
            // As many again wait for a turn, so that one that ends is taken at once.
            for _ in 0..<work.redactionsAtOnce * 2 { begin() }
            while let (event, end) = try await group.next() {
                if case .forbidden(let reason) = end {
                    // Who is in the room is refused for this event, anybody else for the room; a stand-in lacks the power that the user has.
                    if !knowsMember, work.acting.identity != .standIn { knowsMember = try await work.isJoined(roomID) }
                    if knowsMember {
                        await work.ledger.note { $0.note(.refused(reason), of: event, in: roomID) }
                    } else {
                        reached = .mayNotAct
                    }
                }
                if case .mayNotAct = end { reached = .mayNotAct }
                begin()
            }
            try Task.checkCancellation()
            return reached
        }
    }

    /// Redacts one event, and notes at once what became of it: when another one is cancelled meanwhile, nobody takes this one's answer.
    private func redact(_ event: String, _ pass: Int, _ isFew: Bool) async throws -> EventRedaction.End {
        let end = try await work.event.redact(event, in: roomID, pass: pass, rank: rank, isFew: isFew)
        switch end {
        case .redacted, .gone, .refused: await work.ledger.note { $0.note(end, of: event, in: roomID) }
        case .forbidden, .mayNotAct: break
        }
        return end
    }

    private func finishPage(counted: Int, next: String?) async throws {
        // The last page stays open until the room counts as finished, in one write: between the two nothing could tell it from a new one.
        guard let next, counted < work.selection.limit else { return }
        await work.ledger.note { checkpoint in
            checkpoint.bookPage(of: roomID)
            guard var room = checkpoint.open[roomID] else { return }
            room.counted = counted
            room.from = next
            room.alreadyInPage = nil
            checkpoint.open[roomID] = room
        }
    }

    private func readPage(_ from: String?) async throws -> RoomEventPage {
        do {
            let page = try await work.page(of: roomID, from: from)
            // The homeserver answers an unknown room with an empty page.
            if from == nil, page.events.isEmpty, try await !work.settings.retrying({ _ in try await work.client.knowsRoom(roomID) }) {
                throw RoomFailure(reason: "The homeserver knows no such room.")
            }
            return page
        } catch let error as HomeserverError where !error.isTransient && !error.isTokenRefused {
            throw RoomFailure(reason: error.description)
        }
    }

    /// Where to go on; nil at the end, or when the homeserver would lead in a circle.
    static func next(after page: RoomEventPage, at from: String?) -> String? { page.end == from ? nil : page.end }
}

extension RedactCheckpoint {
    /// Sets what a page that is begun holds.
    mutating func count(
        _ events: Int, already: Int, redacted: Int, in roomID: String, _ room: OpenRoom, stays: [String: Int] = [:]
    ) {
        var room = room
        room.isOmitted = open[roomID]?.isOmitted
        room.stays = pass == 0 ? stays : [:]
        // What was redacted before is counted by the first pass only: later ones see this task's own work.
        room.page = pass == 0 ? RedactTally(redacted: redacted, already: already, events: events) : RedactTally(redacted: redacted)
        open[roomID] = room
    }

    /// Counts one event.
    mutating func note(_ end: EventRedaction.End, of eventID: String, in roomID: String) {
        foundInPass += 1
        switch end {
        case .redacted: open[roomID]?.page.redacted += 1
        case .gone: open[roomID]?.page.events -= pass == 0 ? 1 : 0
        // What did not fit into the list was counted by the first pass.
        case .refused(let reason), .forbidden(let reason), .mayNotAct(let reason):
            failedEvents.add(eventID, reason, countsOmitted: pass == 0)
        }
    }
}

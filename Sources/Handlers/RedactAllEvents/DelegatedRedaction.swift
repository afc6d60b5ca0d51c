import HomeserverClient
import HomeserverTasks

/// Has the homeserver redact the events of a room in which the user no longer is.
///
/// The homeserver's own redact does it as of the time when the user was there, which nobody can from outside. It is given short spans of
/// time that hold only events that are still readable, because it repeats itself and loses events otherwise.
struct DelegatedRedaction: Sendable {
    let work: RedactWork
    let roomID: String

    /// How often what is left is tried again.
    private static let rounds = 4

    func run() async throws {
        guard work.version?.mayRedactByItself ?? false else {
            throw RoomFailure(
                reason: "Nobody can redact here in the user's name, except the homeserver itself, whose version cannot: upgrade Synapse to "
                    + "1.119 or later.")
        }
        if let problem = Self.refusal(work.params, version: work.version) { throw RoomFailure(reason: problem) }
        try await work.delegation.take { try await inTurn() }
    }

    /// What an older homeserver cannot be asked for: it would redact more than the params say.
    static func refusal(_ params: RedactAllEvents.Params, version: SynapseVersion?) -> String? {
        let isBounded = (params.beforeTs ?? 0) > 0 || (params.afterTs ?? 0) > 0 || params.eventTypes != nil
        guard isBounded, version?.boundsRedactsByTime != true else { return nil }
        return "In this room only the homeserver itself can redact, and before Synapse 1.157 it knows no bounds: upgrade it, or leave out "
            + "before_ts, after_ts and event_types."
    }

    private func inTurn() async throws {
        try await adopt()
        let first = try await look()
        let before = await work.ledger.checkpoint.open[roomID]
        let alreadyRedacted = before?.isDelegated == true ? before?.alreadyInPage ?? first.redacted : first.redacted
        let found = first.events.count { !$0.isRedacted }
        try await work.ledger.store { checkpoint in
            let room = RedactCheckpoint.OpenRoom(alreadyInPage: alreadyRedacted, isDelegated: true)
            let done = max(0, first.redacted - alreadyRedacted)
            checkpoint.count(first.events.count, already: alreadyRedacted, redacted: done, in: roomID, room, stays: first.stays)
            checkpoint.foundInPass += found
            if found > 0, checkpoint.pass == 0, before?.isDelegated != true {
                checkpoint.delegatedRooms = (checkpoint.delegatedRooms ?? 0) + 1
            }
        }
        var (left, trouble) = (first, (any Error)?.none)
        for _ in 0..<Self.rounds where left.hasOpen {
            // Without bounds a further round would redact again what the one before has redacted.
            if !knowsBounds, left.redacted > alreadyRedacted { break }
            trouble = nil
            let windows = windows(of: left)
            if windows.isEmpty { break }
            for window in windows {
                try Task.checkCancellation()
                guard let failure = try await redact(window) else { continue }
                trouble = failure
                // It may or may not have begun: look again before going on.
                guard failure is RoomFailure else { break }
            }
            left = try await look()
            if left.hasOpen, trouble == nil {
                // What the homeserver has just done may not have reached the process that is asked: nothing is to be done twice for that.
                try await work.settings.retrying.pause(work.settings.pollLongest)
                left = try await look()
            }
            let done = max(0, left.redacted - alreadyRedacted)
            await work.ledger.note { $0.open[roomID]?.page.redacted = done }
        }
        // The events are not to blame: what passes leads to another attempt, what does not gives the room up.
        if let trouble, left.hasOpen { throw trouble }
        let (unredacted, isCut, mixed) = (
            left.events.filter { !$0.isRedacted }, left.isCut, knowsBounds ? RedactWindows.mixed(left.moments) : []
        )
        let (selection, isCutByLimit) = (work.selection, left.isCutByLimit)
        await work.ledger.note { checkpoint in
            for event in unredacted { checkpoint.failedEvents.add(event.eventID, Self.reason(event, selection, mixed)) }
            if isCut { checkpoint.failedRooms.add(roomID, "The user has more events here than are looked at; older ones may be readable.") }
            if isCutByLimit { checkpoint.isCutByLimit = true }
        }
    }

    private static func reason(_ event: RoomEvent, _ selection: RedactSelection, _ mixed: Set<Int64>) -> String {
        if !selection.isSynapses(event) {
            return "The user is not in the room, and the homeserver's own redact takes messages, encrypted events and joins only."
        }
        if mixed.contains(event.originServerTs) {
            return
                "The user is not in the room, and an event of the same millisecond is to stay, which the homeserver's own redact cannot part."
        }
        return "The homeserver's own redact left it readable."
    }

    private var knowsBounds: Bool { work.version?.boundsRedactsByTime == true }

    private func windows(of looked: Looked) -> [RedactWindows.Window] {
        if knowsBounds { return RedactWindows.plan(looked.moments, largest: work.settings.delegatedAtOnce) }
        // Without bounds in time there is only the limit, which counts from the newest: no further than the oldest that is wanted.
        return looked.reach == 0 ? [] : [RedactWindows.Window(afterTs: nil, beforeTs: nil, events: looked.reach)]
    }

    /// Waits for what an earlier attempt began, by its id or by its user.
    private func adopt() async throws {
        guard let room = await work.ledger.checkpoint.open[roomID], room.isDelegated else { return }
        if let redactID = room.redactID { _ = try await follow(redactID) } else { _ = try await waitForOthers() }
    }

    /// How often it may be refused while nothing is seen in its way: what was may have ended just then.
    private static let mostRefusals = 3

    /// - Parameter refusals: how often it was refused just now, while nothing was seen in its way
    /// - Returns: nil when it is done; else what was in the way and may not be the next time.
    private func redact(_ window: RedactWindows.Window, refusals: Int = 0) async throws -> (any Error)? {
        let (params, client) = (work.params, work.client)
        // Without a way to act as the user from outside, the homeserver has one.
        let useAdmin = work.acting.identity == .admin
        // In a span of time everything is wanted; without one the limit is all that bounds it.
        let limit = knowsBounds ? max(window.events, 1000) : window.events
        let redactID: String
        do {
            redactID = try await client.startRedact(
                of: params.userID, rooms: [roomID], reason: params.reason, limit: limit, beforeTs: window.beforeTs,
                afterTs: window.afterTs, useAdmin: useAdmin)
        } catch let error as HomeserverError where error.isTransient {
            if let asked = error.retryAfter, asked > work.settings.retrying.longestLimitWait { throw error }
            // Perhaps begun without our knowing: wait for it, then see what is left.
            try await work.settings.retrying.pause(error.retryAfter ?? work.settings.pollLongest)
            _ = try await waitForOthers()
            return error
        } catch let error as HomeserverError where error.isBadRequest {
            // Because another one runs? The homeserver's list of them says so, whatever the words are.
            switch try await waitForOthers() {
            case .some(true): return StillRunning(what: "another redact of the user")
            case .some(false) where refusals + 1 >= Self.mostRefusals: throw RoomFailure(reason: error.description)
            case .some(false):
                try await work.settings.retrying.pause(work.settings.pollLongest)
                return try await redact(window, refusals: refusals + 1)
            case nil: return error
            }
        } catch let error as HomeserverError where !error.isTokenRefused {
            throw RoomFailure(reason: error.description)
        }
        try await work.ledger.store { $0.open[roomID]?.redactID = redactID }
        return try await follow(redactID)
    }

    /// - Returns: the failure of a redact that ended without being complete.
    private func follow(_ redactID: String) async throws -> RoomFailure? {
        let client = work.client
        let status = try await RemoteWork(settings: work.settings).follow("its own redact", isOver: \.status.isFinished) {
            try await client.redactStatus(redactID)
        }
        try await work.ledger.store { checkpoint in
            checkpoint.open[roomID]?.redactID = nil
            for (event, reason) in status?.failedRedactions ?? [:] { checkpoint.failedEvents.add(event, reason) }
        }
        guard let status, status.status != .complete else { return nil }
        return RoomFailure(
            reason: "The homeserver's own redact ended as \(status.status.rawValue): \(status.error ?? "without a reason").")
    }

    /// Waits until the homeserver has no redact of the user that is unfinished.
    ///
    /// - Returns: whether there was one; nil where the homeserver cannot tell.
    private func waitForOthers() async throws -> Bool? {
        let (client, userID) = (work.client, work.params.userID)
        let look: @Sendable () async throws -> [RemoteTask]? = {
            try await client.scheduledTasks(action: "redact_all_events", resourceID: userID, unfinishedOnly: true)
        }
        do {
            let first = try await work.settings.retrying { _ in try await look() } ?? []
            guard first.contains(where: { !$0.status.isFinished }) else { return false }
            _ = try await RemoteWork(settings: work.settings).follow(
                "its own redact", isOver: { !$0.contains { !$0.status.isFinished } }, look: look)
            return true
        } catch let error as HomeserverError where error.isUnknownEndpoint {
            try await work.settings.retrying.pause(work.settings.pollLongest)
            return nil
        }
    }

    private struct Looked: Sendable {
        /// Those that count, without those that are known to fail.
        var events: [RoomEvent] = []
        /// All that the homeserver's own redact would take, with what is to stay.
        var moments: [RedactWindows.Moment] = []
        /// How many of the user's newest events, as the homeserver's own redact counts them, hold all that is to be redacted.
        var reach = 0
        /// Types that are left out, to how many readable events stay for that.
        var stays: [String: Int] = [:]
        /// Whether there are older events that count, beyond the most that are looked at.
        var isCut = false
        /// Whether there are older ones beyond the limit that are readable.
        var isCutByLimit = false
        var redacted: Int { events.count { $0.isRedacted } }
        var hasOpen: Bool { events.contains { !$0.isRedacted } }
    }

    /// Reads the user's events, also those that are to stay.
    private func look() async throws -> Looked {
        let readsEncrypted = work.version?.redactsEncrypted == true
        var (looked, counted, seen, place, from) = (Looked(), 0, 0, 0, String?.none)
        repeat {
            let page = try await work.widePage(of: roomID, from: from)
            let failed = await work.ledger.checkpoint.failedEvents
            looked.stays.merge(work.selection.stays(page.events), uniquingKeysWith: +)
            for event in page.events {
                let counts = work.selection.takes(event) && counted < work.selection.limit
                counted += counts ? 1 : 0
                if counts, event.isRedacted || !failed.contains(event.eventID) { looked.events.append(event) }
                if !counts, work.selection.takes(event), !event.isRedacted { looked.isCutByLimit = true }
                let isSearched = RedactSelection.synapseTypes.contains(event.type) && (readsEncrypted || event.type != "m.room.encrypted")
                if isSearched { place += 1 }
                guard work.selection.isSynapses(event) else { continue }
                let isOver = event.isRedacted || failed.contains(event.eventID)
                if counts, !isOver, isSearched { looked.reach = place }
                looked.moments.append(.init(ts: event.originServerTs, isRedacted: isOver, isForeign: !counts))
            }
            seen += page.events.count { work.selection.takes($0) || work.selection.isSynapses($0) }
            from = RoomRedaction.next(after: page, at: from)
        } while from != nil && seen < work.settings.delegatedMost
        looked.isCut = from != nil && counted < work.selection.limit
        return looked
    }
}

import HomeserverClient
import Scheduler

/// Redacts one event, however often it takes, once.
struct EventRedaction: Sendable {
    enum End: Sendable, Equatable {
        case redacted
        /// The homeserver no longer has the event.
        case gone
        /// The homeserver refuses this event.
        case refused(String)
        /// The homeserver forbids it to who asks; mostly because the user is not in the room.
        case forbidden(String)
        /// Nobody can ask in the user's name: locked, no login.
        case mayNotAct(String)
    }

    let client: HomeserverClient
    let acting: ActingUser
    let retrying: RetryingCalls
    let reason: String?
    let taskID: TaskID
    let pace: Pace
    /// Lifts the user's rate limit; nil where that must not be.
    let lift: RateLimitLift?

    /// Redacts, as soon as there is a turn.
    ///
    /// - Parameters:
    ///   - rank: which room began earlier
    ///   - isFew: whether the room has few events
    func redact(_ eventID: String, in roomID: String, pass: Int, rank: Int = 0, isFew: Bool = false) async throws -> End {
        let transaction = Self.transaction(taskID, eventID, pass: pass)
        do {
            return try await retrying { before in
                let caller = try await acting.caller()
                if before?.mayHaveHadEffect == true, !caller.transactionsLast, let end = try await ended(eventID, in: roomID) { return end }
                do {
                    try await send(eventID, in: roomID, transaction: transaction, as: caller, rank, isFew)
                    return .redacted
                } catch let error as HomeserverError where error.saysCallerIsGone && caller != .admin {
                    // The token or the device ended meanwhile. Another one has other transaction ids: look before sending again.
                    await acting.forget(caller)
                    if let end = try await ended(eventID, in: roomID) { return end }
                    try await send(eventID, in: roomID, transaction: transaction, as: acting.caller(), rank, isFew)
                    return .redacted
                }
            }
        } catch let error as HomeserverError where !error.isTransient && !(acting.identity.isAdmin && error.isTokenRefused) {
            return Self.meaning(of: error)
        }
    }

    /// Sends without being cut short: a task that is cancelled stops between events, not in one.
    private func send(
        _ eventID: String, in roomID: String, transaction: String, as caller: HomeserverCaller, _ rank: Int, _ isFew: Bool
    ) async throws {
        let (client, reason) = (client, reason)
        try await pace.enter(rank: rank, isFew: isFew)
        do {
            _ = try await Task {
                try await client.redact(eventID, in: roomID, transaction: transaction, reason: reason, as: caller)
            }.value
            await pace.succeeded()
        } catch let error as HomeserverError {
            guard case .limited(let asked) = error.kind else {
                await pace.leave()
                throw error
            }
            // Asked for before the turn is given back, so that the others do not run into the same limit meanwhile.
            let isLifted = try await lifted()
            await pace.limited(isLifted ? .zero : asked ?? .seconds(1))
            guard isLifted else { throw error }
            throw HomeserverError(.limited(retryAfter: .milliseconds(50)), call: error.call, status: error.status, errcode: error.errcode)
        } catch {
            await pace.leave()
            throw error
        }
    }

    private func lifted() async throws -> Bool {
        do {
            return try await lift?.lift() ?? false
        } catch {
            await pace.leave()
            throw error
        }
    }

    private func ended(_ eventID: String, in roomID: String) async throws -> End? {
        guard let event = try await client.eventNow(eventID, in: roomID) else { return .gone }
        return event.isRedacted ? .redacted : nil
    }

    /// The same for every attempt of a task, so that a homeserver that remembers it redacts once.
    ///
    /// From the second look on a new one: an event that is still readable was not redacted under the old one.
    static func transaction(_ taskID: TaskID, _ eventID: String, pass: Int) -> String {
        pass < 2 ? "muster-\(taskID)-\(eventID)" : "muster-\(taskID)-\(eventID)-\(pass)"
    }

    /// What a refusal means for the event.
    static func meaning(of error: HomeserverError) -> End {
        // A login or a device that was refused says nothing about the event.
        if error.call != "redact an event" || error.status == 401 || error.saysCallerIsGone { return .mayNotAct(error.description) }
        if error.status == 403 { return .forbidden(error.description) }
        return error.isNotFound ? .gone : .refused(error.description)
    }
}

extension HomeserverError {
    /// Whether the homeserver no longer knows the token or the device of who asks, which says nothing about what was asked for.
    ///
    /// A user's log-out everywhere ends devices, and so does an authentication service that does not know one.
    var saysCallerIsGone: Bool {
        status == 401 && errcode == "M_UNKNOWN_TOKEN" || status == 400 && errcode == "M_UNKNOWN_DEVICE"
    }
}

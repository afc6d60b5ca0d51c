import Synchronization

/// Sends wake-ups in the background, many as one: PostgreSQL serialises commits that notify, so a busy submitter must not send one each.
///
/// The first hint goes out at once, where possible with the commit that it tells of; those of the following interval together at its end.
final class WakeUpSender: Sendable {
    private struct State {
        var waiting: Set<WakeUp> = []
        var isSending = false
    }

    private let state = Mutex(State())
    private let channel: any WakeUpChannel
    private let ridesWithCommits: Bool
    private let interval: Duration
    private let events: any EventSink

    /// - Parameters:
    ///   - ridesWithCommits: whether a statement's own commit may carry a hint, see ``ride(_:)``
    ///   - interval: the least time between two sendings
    init(
        channel: any WakeUpChannel, ridesWithCommits: Bool = false, interval: Duration = .milliseconds(5), events: any EventSink
    ) {
        self.channel = channel
        self.ridesWithCommits = ridesWithCommits
        self.interval = interval
        self.events = events
    }

    /// Notes a hint to be sent; returns at once.
    func send(_ wakeUp: WakeUp) {
        let mustStart = state.withLock { state in
            state.waiting.insert(wakeUp)
            defer { state.isSending = true }
            return !state.isSending
        }
        if mustStart { Task { await sendAll() } }
    }

    /// The hint, when it may go out now and the caller's own commit is to carry it; nil when the caller is to ``send(_:)`` it afterwards.
    ///
    /// Saves a submission on an idle queue the round trip of a statement of its own.
    func ride(_ wakeUp: WakeUp) -> WakeUp? {
        let mayRide = state.withLock { state in
            guard ridesWithCommits, !state.isSending else { return false }
            state.isSending = true
            return true
        }
        guard mayRide else { return nil }
        Task {
            // What is cut short here is only the pause.
            try? await ContinuousClock().sleep(for: interval)
            await sendAll()
        }
        return wakeUp
    }

    /// Waits until every hint so far is on its way, at most so long: for a command that is about to exit.
    func drain(atMost limit: Duration) async {
        let end = ContinuousClock.now.advanced(by: limit)
        while state.withLock({ $0.isSending }), ContinuousClock.now < end {
            try? await ContinuousClock().sleep(for: .milliseconds(2))
        }
    }

    private func sendAll() async {
        var isInTrouble = false
        while let batch = next() {
            do {
                try await channel.publish(Array(batch))
                isInTrouble = false
            } catch {
                // A hint only: everybody polls. One line until it works again.
                if !isInTrouble { events.record(.databaseTrouble(doing: "sending wake-ups", reason: "\(error)")) }
                isInTrouble = true
            }
            // Cut short only by the end of the process.
            try? await ContinuousClock().sleep(for: isInTrouble ? max(interval, .milliseconds(250)) : interval)
        }
    }

    private func next() -> Set<WakeUp>? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isSending = false
                return nil
            }
            defer { state.waiting = [] }
            return state.waiting
        }
    }
}

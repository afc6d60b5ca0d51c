import Synchronization

/// Sends wake-ups in the background, many as one: PostgreSQL serialises commits that notify, so a busy submitter must not send one each.
///
/// The first hint goes out at once, where possible with the commit that it tells of; those of the following interval together at its end.
final class WakeUpSender: Sendable {
    private struct State {
        var waiting: Set<WakeUp> = []
        var isSending = false
        /// Whether the next commit may carry what waits.
        var isLingering = false
        var hasRidden = false
    }

    private enum Step {
        case send(Set<WakeUp>)
        case pause
        case end
    }

    /// How long a hint that has waited waits on for a commit that could carry it.
    private static let linger = Duration.milliseconds(1)

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
    /// Saves a submission on an idle queue the round trip of a statement of its own, and one that follows others saves it for them.
    func ride(_ wakeUp: WakeUp) -> WakeUp? {
        let (mayRide, mustStart) = state.withLock { state in
            guard ridesWithCommits, !state.isSending || state.isLingering else { return (false, false) }
            if state.isLingering {
                state.waiting.remove(wakeUp)
                state.hasRidden = true
            }
            defer { (state.isSending, state.isLingering) = (true, false) }
            return (true, !state.isSending)
        }
        if mustStart { Task { await sendAll(after: interval) } }
        return mayRide ? wakeUp : nil
    }

    /// Waits until every hint so far is on its way, at most so long: for a command that is about to exit.
    func drain(atMost limit: Duration) async {
        let end = ContinuousClock.now.advanced(by: limit)
        while state.withLock({ $0.isSending }), ContinuousClock.now < end {
            try? await ContinuousClock().sleep(for: .milliseconds(2))
        }
    }

    private func sendAll(after first: Duration = .zero) async {
        var pause = first
        var isInTrouble = false
        while true {
            // What would be cut short here is only a pause.
            if pause > .zero {
                try? await ContinuousClock().sleep(for: pause)
                if mayLinger() { try? await ContinuousClock().sleep(for: Self.linger) }
            }
            pause = interval
            switch next() {
            case .end: return
            case .pause: continue
            case .send(let batch):
                do {
                    try await channel.publish(Array(batch))
                    isInTrouble = false
                } catch {
                    // A hint only: everybody polls. One line until it works again.
                    if !isInTrouble { events.record(.databaseTrouble(doing: "sending wake-ups", reason: "\(error)")) }
                    isInTrouble = true
                    pause = max(interval, .milliseconds(250))
                }
            }
        }
    }

    private func mayLinger() -> Bool {
        state.withLock { state in
            state.isLingering = ridesWithCommits && state.waiting == [.work]
            return state.isLingering
        }
    }

    private func next() -> Step {
        state.withLock { state in
            state.isLingering = false
            defer { (state.waiting, state.hasRidden) = ([], false) }
            if !state.waiting.isEmpty { return .send(state.waiting) }
            if state.hasRidden { return .pause }
            state.isSending = false
            return .end
        }
    }
}

import Synchronization

/// Sends wake-ups in the background, many as one: PostgreSQL serialises commits that notify, so a busy submitter must not send one each.
///
/// The first hint goes out at once; those of the following interval together at its end.
final class WakeUpSender: Sendable {
    private struct State {
        var waiting: Set<WakeUp> = []
        var isSending = false
    }

    private let state = Mutex(State())
    private let channel: any WakeUpChannel
    private let interval: Duration
    private let events: any EventSink

    init(channel: any WakeUpChannel, interval: Duration = .milliseconds(5), events: any EventSink) {
        self.channel = channel
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

    /// Waits until every hint so far is on its way, at most so long: for a command that is about to exit.
    func drain(atMost limit: Duration) async {
        let end = ContinuousClock.now.advanced(by: limit)
        while state.withLock({ $0.isSending }), ContinuousClock.now < end {
            try? await ContinuousClock().sleep(for: .milliseconds(2))
        }
    }

    private func sendAll() async {
        while let batch = next() {
            do {
                try await channel.publish(Array(batch))
                try await ContinuousClock().sleep(for: interval)
            } catch {
                // A hint only: everybody polls.
                events.record(.databaseTrouble(doing: "sending wake-ups", reason: "\(error)"))
            }
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

public import Scheduler
import Synchronization

/// An event sink that a test can wait on.
public final class EventRecorder: EventSink {
    private struct State {
        var seen: [SchedulerEvent] = []
        var waiters: [(matches: @Sendable (SchedulerEvent) -> Bool, resume: CheckedContinuation<SchedulerEvent?, Never>, number: Int)] = []
        var next = 0
    }

    private let state = Mutex(State())

    /// An empty recorder.
    public init() {}

    /// Keeps the event and wakes those who wait for it.
    public func record(_ event: SchedulerEvent) {
        let woken = state.withLock { state in
            state.seen.append(event)
            let woken = state.waiters.filter { $0.matches(event) }
            state.waiters.removeAll { $0.matches(event) }
            return woken
        }
        for waiter in woken { waiter.resume.resume(returning: event) }
    }

    /// Everything so far.
    public var all: [SchedulerEvent] { state.withLock { $0.seen } }

    /// The first event that matches, past or to come; throws ``NotInTime`` after the timeout.
    @discardableResult
    public func first(
        _ what: String, timeout: Duration = .seconds(20), where matches: @escaping @Sendable (SchedulerEvent) -> Bool
    ) async throws -> SchedulerEvent {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let timer = Task {
            try await ContinuousClock().sleep(for: timeout)
            giveUp(number)
        }
        defer { timer.cancel() }
        let event = await withCheckedContinuation { continuation in
            let past = state.withLock { state -> SchedulerEvent? in
                if let past = state.seen.first(where: matches) { return past }
                state.waiters.append((matches, continuation, number))
                return nil
            }
            if let past { continuation.resume(returning: past) }
        }
        guard let event else { throw NotInTime(description: "the event '\(what)' did not come within \(timeout)") }
        return event
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state in
            let waiter = state.waiters.first { $0.number == number }
            state.waiters.removeAll { $0.number == number }
            return waiter
        }
        waiter?.resume.resume(returning: nil)
    }
}

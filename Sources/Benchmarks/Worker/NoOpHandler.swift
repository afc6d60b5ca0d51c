import Scheduler
import Synchronization

/// Does nothing, or sleeps; counts what passes.
struct NoOpHandler: Handler {
    typealias HandledAction = NoOp

    let workMilliseconds: Int
    let tally: Tally

    func run(_ params: NoOp.Params, in context: HandlerContext) async throws -> Outcome {
        tally.count(submittedAt: tally.measuresLatency ? try params.submittedAt() : 0)
        if workMilliseconds > 0 { try await Task.sleep(for: .milliseconds(workMilliseconds)) }
        return .complete(nil)
    }
}

/// What the handlers of the process under test have counted.
final class Tally: Sendable {
    private struct State {
        var handled = 0
        var delays = Durations()
    }

    private let state = Mutex(State())
    private let mark: Int
    let measuresLatency: Bool
    private let say: @Sendable (WorkerMessage) -> Void

    init(_ options: WorkerOptions, say: @escaping @Sendable (WorkerMessage) -> Void) {
        mark = options.mark
        measuresLatency = options.measuresLatency
        self.say = say
    }

    /// One handler has begun.
    ///
    /// Marks are said in the order of their numbers and times, whichever threads count: who listens stops at the last one.
    func count(submittedAt: Int64) {
        let now = measuresLatency ? MonotonicTime.now : 0
        state.withLock { state in
            state.handled += 1
            if measuresLatency, submittedAt > 0 { state.delays.add(nanoseconds: now - submittedAt) }
            if mark > 0, state.handled.isMultiple(of: mark) { say(.mark(handled: state.handled, at: MonotonicTime.now)) }
        }
    }

    /// Tells the delays since the last time and begins anew.
    func tellDelays() {
        let delays = state.withLock { state in
            defer { state.delays = Durations() }
            return state.delays
        }
        say(.delays(delays, at: MonotonicTime.now))
    }
}

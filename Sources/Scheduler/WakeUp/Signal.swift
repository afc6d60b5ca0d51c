import Synchronization

/// Something that one waiter can be woken by; signals that come while nobody waits are remembered as one.
final class Signal: Sendable {
    private struct State {
        var isSet = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Wakes the waiter, or lets the next one pass at once.
    func set() {
        state.withLock { state in
            guard let waiter = state.waiter else {
                state.isSet = true
                return nil as CheckedContinuation<Void, Never>?
            }
            state.waiter = nil
            return waiter
        }?.resume()
    }

    /// Waits likewise.
    ///
    /// - Returns: whether it was a signal that ended the wait, as far as can be told.
    func waitReportingSignal(timeout: Duration) async -> Bool {
        let began = ContinuousClock.now
        await wait(timeout: timeout)
        return began.duration(to: .now) < timeout
    }

    /// Waits for a signal, for the timeout, or for cancellation of the Swift task, whichever comes first.
    func wait(timeout: Duration, clock: any Clock<Duration> = ContinuousClock()) async {
        let timer = Task { [weak self] in
            try? await clock.sleep(for: timeout)
            if !Task.isCancelled { self?.set() }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let passes = state.withLock { state in
                    guard !state.isSet, !Task.isCancelled else {
                        state.isSet = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if passes { continuation.resume() }
            }
        } onCancel: {
            set()
        }
        timer.cancel()
    }
}

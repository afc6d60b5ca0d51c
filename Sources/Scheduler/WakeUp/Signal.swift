import Synchronization

/// Something that waiters can be woken by; signals that come while nobody waits are remembered as one.
final class Signal: Sendable {
    private struct State {
        var isSet = false
        var number = 0
        var waiters: [Int: CheckedContinuation<Bool, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Wakes everybody who waits, or lets the next one pass at once.
    func set() {
        let woken = state.withLock { state in
            if state.waiters.isEmpty { state.isSet = true }
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        for waiter in woken { waiter.resume(returning: true) }
    }

    /// Waits for a signal, for the timeout, or for cancellation of the Swift task, whichever comes first.
    ///
    /// - Returns: whether it was a signal that ended the wait.
    @discardableResult
    func wait(timeout: Duration, clock: any Clock<Duration> = ContinuousClock()) async -> Bool {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        var timer: Task<Void, Never>?
        let isSignal = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let passes = state.withLock { state -> Bool? in
                    // Who was cancelled passes too, but leaves the signal to the others.
                    if Task.isCancelled { return false }
                    guard !state.isSet else {
                        state.isSet = false
                        return true
                    }
                    state.waiters[number] = continuation
                    return nil
                }
                if let passes { return continuation.resume(returning: passes) }
                // Started only now: a timer that runs out before its waiter is noted would wake nobody.
                timer = Task { [weak self] in
                    guard (try? await clock.sleep(for: timeout)) != nil else { return }
                    self?.giveUp(number)
                }
            }
        } onCancel: {
            giveUp(number)
        }
        // Not waited for: whoever was woken goes on at once.
        timer?.cancel()
        return isSignal && !Task.isCancelled
    }

    /// Lets one waiter go on without a signal, if it still waits.
    private func giveUp(_ number: Int) {
        state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: false)
    }
}

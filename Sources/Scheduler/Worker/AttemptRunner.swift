/// Runs one attempt from its start to the report of its end.
struct AttemptRunner: Sendable {
    let attempt: LiveAttempt
    let policy: RetryPolicy
    let limit: Int
    let attempts: LiveAttempts
    let reporter: Reporter
    let events: any EventSink

    /// How long a handler that was told to stop may take before its claim is given up without it.
    static let patience = Duration.seconds(10)

    /// Starts the handler, and the deadline if there is one.
    func start(deadline: Duration?, _ handle: @escaping @Sendable () async throws -> Outcome) {
        let timer = deadline.map { deadline in
            Task {
                guard (try? await ContinuousClock().sleep(for: deadline)) != nil else { return }
                await stop(.deadline(deadline))
            }
        }
        attempt.start {
            let ending: Verdict.Ending
            do {
                ending = .returned(try await handle())
            } catch {
                ending = .threw(error)
            }
            timer?.cancel()
            if attempt.reason != .claimLost { await attempt.flush() }
            settle(ending)
        }
    }

    /// Tells the handler to stop, and ends the attempt without it when it does not.
    func stop(_ reason: Verdict.StopReason) async {
        attempt.stop(reason)
        guard (try? await ContinuousClock().sleep(for: Self.patience)) != nil else { return }
        guard attempts.contains(attempt) else { return }
        events.record(.attemptAbandoned(id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt)))
        settle(.threw(CancellationError()))
    }

    private func settle(_ ending: Verdict.Ending) {
        guard attempt.close() else { return }
        let reason = attempt.reason
        if reason == .claimLost {
            events.record(.claimLost(id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt)))
        } else {
            let verdict = Verdict.judge(
                ending, reason: reason, failures: attempt.failures, maxAttempts: attempt.maxAttempts, policy: policy,
                spread: Double.random(in: -1...1), limit: limit)
            reporter.add(Reporter.Ended(attempt: attempt, verdict: verdict))
        }
        attempts.remove(attempt)
    }
}

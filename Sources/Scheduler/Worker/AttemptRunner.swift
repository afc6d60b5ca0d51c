import Logging

/// Runs attempts from their start to the report of their end; one for all lanes.
struct AttemptRunner: Sendable {
    let membership: Membership
    let reporter: Reporter
    let events: any EventSink
    /// Where attempts say that something outside is not there.
    let doubts: Doubts
    /// The largest result and error text, in bytes.
    let limit: Int
    let logger: Logger

    /// How long a handler that was told to stop may take before its claim is given up without it.
    static let patience = Duration.seconds(10)

    /// Runs one attempt on a lane.
    ///
    /// - Returns: whether the lane's Swift task was, or may have been, cancelled.
    func run(_ attempt: LiveAttempt, on lane: Lane, of attempts: LiveAttempts) async -> Bool {
        // The process may have been stopped for a while, or fenced, since the claim (I7).
        guard membership.mayRun(attempt.fence.incarnation), attempt.begin(on: lane) else {
            release(attempt)
            return false
        }
        events.record(.attemptStarted(id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt)))
        let defaults = attempt.work.defaults
        let timer = defaults.deadline.map { deadline in
            Task {
                guard (try? await ContinuousClock().sleep(for: deadline)) != nil else { return }
                await stop(attempt, .deadline(deadline), of: attempts)
            }
        }
        let ending: Verdict.Ending
        do {
            ending = .returned(try await attempt.work.run(JSONBytes(utf8: attempt.claim.params), context(attempt)))
        } catch {
            ending = .threw(error)
        }
        timer?.cancel()
        if attempt.hasUnwritten, attempt.reason != .claimLost { await attempt.flush() }
        let finish = attempt.finish()
        if finish.reports { settle(attempt, ending, finish.reason, of: attempts) }
        return finish.reason != nil
    }

    /// Tells the handler to stop, and ends the attempt without it when it does not; an attempt that has not begun ends at once.
    func stop(_ attempt: LiveAttempt, _ reason: Verdict.StopReason, of attempts: LiveAttempts) async {
        attempt.stop(reason)
        if attempts.withdraw(attempt) { return release(attempt) }
        guard (try? await ContinuousClock().sleep(for: Self.patience)) != nil else { return }
        guard attempt.close(abandoning: true) else { return }
        attempts.abandon(attempt)
        events.record(.attemptAbandoned(id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt)))
        settle(attempt, .threw(CancellationError()), attempt.reason, of: attempts)
    }

    /// Ends an attempt that never began: it costs its task nothing (I5), unless somebody asked to cancel that.
    func release(_ attempt: LiveAttempt, for wait: Duration = .zero) {
        guard attempt.close() else { return }
        if attempt.reason == .cancelRequested {
            reporter.add(Reporter.Ended(attempt: attempt, verdict: .end(status: .cancelled, result: nil, error: nil)))
        } else {
            reporter.add(
                Reporter.Ended(attempt: attempt, verdict: .later(outcome: Reporter.untouched, wait: wait, error: nil), hasBegun: false))
        }
    }

    private func settle(_ attempt: LiveAttempt, _ ending: Verdict.Ending, _ reason: Verdict.StopReason?, of attempts: LiveAttempts) {
        guard reason != .claimLost else {
            attempts.remove(CollectionOfOne(attempt))
            return events.record(.claimLost(id: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt)))
        }
        let policy = attempt.work.defaults.retry
        let verdict = Verdict.judge(
            ending, reason: reason, submits: attempt.work.submits, failures: Int(attempt.claim.failures),
            maxAttempts: attempt.claim.maxAttempts.map(Int.init) ?? policy.maxAttempts, policy: policy, spread: Double.random(in: -1...1),
            limit: limit)
        if case .threw(let error as DependencyUnavailable) = ending, doubts.raise(attempt.action) {
            events.record(.dependencyUnavailable(action: attempt.action, reason: Verdict.bounded(error.description, 1000)))
        }
        reporter.add(Reporter.Ended(attempt: attempt, verdict: verdict))
    }

    private func context(_ attempt: LiveAttempt) -> HandlerContext {
        HandlerContext(
            taskID: attempt.id, action: attempt.action, attempt: Int(attempt.fence.attempt), resourceID: attempt.claim.resourceID,
            requestedBy: attempt.claim.requestedBy, createdAt: attempt.claim.createdAt, deadline: attempt.work.defaults.deadline,
            logger: logger, state: attempt)
    }
}

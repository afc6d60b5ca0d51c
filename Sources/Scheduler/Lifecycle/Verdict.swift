/// What an attempt comes to: the pure rule between what the handler did and what the store is told.
enum Verdict: Sendable, Hashable {
    /// The task is final.
    case end(status: TaskStatus, result: JSONBytes?, error: String?)
    /// The task goes on later; `outcome` is `retry`, `snoozed` or `interrupted`, and the wait at most ``longestWait``.
    case later(outcome: String, wait: Duration, error: String?)
    /// This build cannot read the params; another may.
    case park(note: String)

    /// The longest wait that a handler can ask for; a longer one, such as a server's nonsensical `Retry-After`, counts as this.
    static let longestWait = Duration.seconds(365 * 86_400)

    /// Why an attempt was told to stop.
    enum StopReason: Sendable, Hashable {
        /// Somebody asked to cancel the task.
        case cancelRequested
        /// The process shuts down.
        case shutdown
        /// The attempt took longer than its action allows.
        case deadline(Duration)
        /// The claim is lost: nothing that the attempt does counts.
        case claimLost
    }

    /// What the handler did.
    enum Ending: Sendable {
        case returned(Outcome)
        case threw(any Error)
    }

    /// Judges one attempt.
    ///
    /// What a handler finished counts even when it had been told to stop; what it left undone is judged by why it was told to.
    ///
    /// - Parameters:
    ///   - ending: what the handler did
    ///   - reason: why it was told to stop, if it was
    ///   - submits: what its action declares to submit
    ///   - failures: attempts of the task that failed before this one
    ///   - maxAttempts: failures after which the task fails
    ///   - policy: when to try again
    ///   - spread: a random number from −1 to 1 for the jitter
    ///   - limit: the largest result and error text in bytes
    static func judge(
        _ ending: Ending, reason: StopReason?, submits: [ActionName] = [], failures: Int, maxAttempts: Int, policy: RetryPolicy,
        spread: @autoclosure () -> Double, limit: Int
    ) -> Verdict {
        func again(after wait: Duration?, _ error: String) -> Verdict {
            let failures = failures + 1
            guard failures < maxAttempts else {
                return .end(status: .failed, result: nil, error: bounded(error, limit))
            }
            let wait = wait.map { min(max($0, .zero), longestWait) } ?? policy.wait(afterFailures: failures, spread: spread())
            return .later(outcome: "retry", wait: wait, error: bounded(error, limit))
        }
        switch ending {
        case .returned(.complete(let result)):
            if let result, result.utf8.count > limit {
                return .end(
                    status: .failed, result: nil, error: "The result has \(result.utf8.count) bytes, but at most \(limit) are kept.")
            }
            return .end(status: .complete, result: result, error: nil)
        case .returned(.failed(let error, let result)):
            return .end(status: .failed, result: kept(result, limit), error: bounded(error, limit))
        case .returned(.cancelled(let result)):
            if reason == .shutdown { return .later(outcome: "interrupted", wait: .zero, error: nil) }
            return .end(status: .cancelled, result: kept(result, limit), error: nil)
        case .returned(.snoozed(let wait, let why)):
            if reason == .cancelRequested { return .end(status: .cancelled, result: nil, error: nil) }
            // Shown while the task waits: a wait without a word is what operators fear most. The column holds 1,024 bytes.
            return .later(
                outcome: "snoozed", wait: min(max(wait, .milliseconds(1)), longestWait), error: bounded(why, min(limit, 1000)))
        case .returned(.retry(let wait, let error)):
            if let stopped = stopped(reason, again) { return stopped }
            return again(after: wait, error)
        case .threw(is UndecodableParams) where reason == .cancelRequested:
            return .end(status: .cancelled, result: nil, error: nil)
        case .threw(let error as UndecodableParams):
            return .park(note: bounded(error.reason, 1024))
        case .threw(let error as FinalError):
            return .end(status: .failed, result: kept(error.result, limit), error: bounded(error.description, limit))
        case .threw(let error as DependencyUnavailable):
            if let stopped = stopped(reason, again) { return stopped }
            return .later(
                outcome: "snoozed", wait: min(max(error.wait, .milliseconds(1)), longestWait),
                error: bounded(error.description, min(limit, 1000)))
        case .threw(let error as SchedulerError) where error.code == .databaseUnavailable && reason == nil:
            // Muster's own database was away while the handler saved its state: no fault of the task (I5).
            return .later(outcome: "interrupted", wait: .seconds(2), error: bounded(error.message, limit))
        case .threw(let error as SchedulerError) where reason == nil && error.refuses(oneOf: submits):
            // It submitted what nobody can run now: no fault of the task either, which is parked with its action before long (I3). What its
            // action does not declare parks nothing; there it is a failure like any other, so that the task does not wait for ever.
            return .later(outcome: "snoozed", wait: .seconds(5), error: bounded(error.message, min(limit, 1000)))
        case .threw(let error):
            if let stopped = stopped(reason, again) { return stopped }
            return again(after: nil, error is CancellationError ? "The handler cancelled itself." : "\(error)")
        }
    }

    private static func stopped(_ reason: StopReason?, _ again: (Duration?, String) -> Verdict) -> Verdict? {
        switch reason {
        case .cancelRequested: .end(status: .cancelled, result: nil, error: nil)
        case .shutdown, .claimLost: .later(outcome: "interrupted", wait: .zero, error: nil)
        case .deadline(let deadline): again(nil, "The attempt took longer than its deadline of \(deadline).")
        case nil: nil
        }
    }

    private static func kept(_ result: JSONBytes?, _ limit: Int) -> JSONBytes? {
        result.flatMap { $0.utf8.count <= limit ? $0 : nil }
    }

    /// Cuts a text to so many bytes at a character's edge, and takes out NUL, which PostgreSQL has no text for.
    static func bounded(_ text: String, _ limit: Int) -> String {
        let clean = text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
        guard clean.utf8.count > limit else { return clean.isEmpty ? "No reason was given." : clean }
        var end = clean.utf8.index(clean.startIndex, offsetBy: max(0, limit - 3))
        while end > clean.startIndex, end.samePosition(in: clean) == nil { end = clean.utf8.index(before: end) }
        return clean[..<end] + "…"
    }
}

extension SchedulerError {
    /// Whether a submission of one of these actions was refused because nobody can run it.
    fileprivate func refuses(oneOf actions: [ActionName]) -> Bool { code == .noHandler && action.map(actions.contains) == true }
}

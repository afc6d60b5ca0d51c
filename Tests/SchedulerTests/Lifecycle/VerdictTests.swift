import Testing

@testable import Scheduler

/// The rule between what a handler did and what the store is told, as a table: every ending × every reason to stop.
struct VerdictTests {
    /// The endings, one of each kind; the policy below waits 1 s after the first failure.
    enum Did: String, CaseIterable {
        case completed, failed, cancelled, snoozed, retried, retriedAfter, threw, threwFinal, threwCancellation, threwUnavailable,
            couldNotRead

        var ending: Verdict.Ending {
            switch self {
            case .completed: .returned(.complete(JSONBytes("{\"n\":1}")))
            case .failed: .returned(.failed(error: "gone", result: JSONBytes("{}")))
            case .cancelled: .returned(.cancelled(result: JSONBytes("{}")))
            case .snoozed: .returned(.snoozed(for: .seconds(7), reason: "later"))
            case .retried: .returned(.retry(after: nil, error: "busy"))
            case .retriedAfter: .returned(.retry(after: .seconds(42), error: "busy"))
            case .threw: .threw(Trouble())
            case .threwFinal: .threw(FinalError("no use", result: JSONBytes("{}")))
            case .threwCancellation: .threw(CancellationError())
            case .threwUnavailable: .threw(DependencyUnavailable("away", wait: .seconds(9)))
            case .couldNotRead: .threw(UndecodableParams(reason: "limit is missing"))
            }
        }
    }

    struct Trouble: Error, CustomStringConvertible { let description = "trouble" }

    static let reasons: [Verdict.StopReason?] = [nil, .cancelRequested, .shutdown, .deadline(.seconds(5)), .claimLost]
    private static let policy = RetryPolicy(jitter: 0)
    private static let limit = 1000

    private func judge(
        _ ending: Verdict.Ending, _ reason: Verdict.StopReason? = nil, submits: [ActionName] = [], failures: Int = 0, maxAttempts: Int = 3
    ) -> Verdict {
        Verdict.judge(
            ending, reason: reason, submits: submits, failures: failures, maxAttempts: maxAttempts, policy: Self.policy, spread: 0,
            limit: Self.limit)
    }

    private static let complete = Verdict.end(status: .complete, result: JSONBytes("{\"n\":1}"), error: nil)
    private static let failed = Verdict.end(status: .failed, result: JSONBytes("{}"), error: "gone")
    private static let hopeless = Verdict.end(status: .failed, result: JSONBytes("{}"), error: "no use")
    private static let cancelled = Verdict.end(status: .cancelled, result: nil, error: nil)
    private static let cancelledWithResult = Verdict.end(status: .cancelled, result: JSONBytes("{}"), error: nil)
    private static let interrupted = Verdict.later(outcome: "interrupted", wait: .zero, error: nil)
    private static let snoozed = Verdict.later(outcome: "snoozed", wait: .seconds(7), error: "later")
    private static let away = Verdict.later(outcome: "snoozed", wait: .seconds(9), error: "away")
    private static let parked = Verdict.park(note: "limit is missing")
    private static func retry(_ error: String, after seconds: Int = 1) -> Verdict {
        .later(outcome: "retry", wait: .seconds(seconds), error: error)
    }
    private static let late = retry("The attempt took longer than its deadline of 5.0 seconds.")

    /// What each ending comes to when nobody told the handler to stop, and for each of ``reasons``.
    private static let table: [Did: [Verdict]] = [
        //                  on its own                                 cancel requested     shutdown      deadline             claim lost
        .completed: [complete, complete, complete, complete, complete],
        .failed: [failed, failed, failed, failed, failed],
        .cancelled: [cancelledWithResult, cancelledWithResult, interrupted, cancelledWithResult, cancelledWithResult],
        .snoozed: [snoozed, cancelled, snoozed, snoozed, snoozed],
        .retried: [retry("busy"), cancelled, interrupted, late, interrupted],
        .retriedAfter: [retry("busy", after: 42), cancelled, interrupted, late, interrupted],
        .threw: [retry("trouble"), cancelled, interrupted, late, interrupted],
        .threwFinal: [hopeless, hopeless, hopeless, hopeless, hopeless],
        .threwCancellation: [retry("The handler cancelled itself."), cancelled, interrupted, late, interrupted],
        .threwUnavailable: [away, cancelled, interrupted, late, interrupted],
        .couldNotRead: [parked, cancelled, parked, parked, parked],
    ]

    @Test(arguments: Did.allCases)
    func `every ending comes to what the table says, whatever the reason to stop`(did: Did) throws {  // I3, I5
        let row = try #require(Self.table[did])
        for (reason, expected) in zip(Self.reasons, row) {
            #expect(judge(did.ending, reason) == expected, "\(did.rawValue), told to stop: \(reason.map { "\($0)" } ?? "no")")
        }
    }

    @Test(arguments: Did.allCases)
    func `a shutdown or a lost claim never costs a failure`(did: Did) {  // I5
        for reason in [Verdict.StopReason.shutdown, .claimLost] {
            for failures in 0...3 {
                guard case .later("retry", _, _) = judge(did.ending, reason, failures: failures) else { continue }
                Issue.record("\(did.rawValue) counts a failure though it was told to stop: \(reason)")
            }
        }
    }

    @Test(arguments: [1, 2, 3, 10, 1000])
    func `the last failure that is allowed ends the task, none before`(maxAttempts: Int) {
        for failures in max(0, maxAttempts - 3)..<maxAttempts {
            let verdict = judge(Did.threw.ending, failures: failures, maxAttempts: maxAttempts)
            if failures + 1 < maxAttempts {
                #expect(
                    verdict == Self.retry("trouble", after: Int(Self.policy.wait(afterFailures: failures + 1, spread: 0).secondsAsDouble)))
            } else {
                #expect(verdict == .end(status: .failed, result: nil, error: "trouble"))
            }
        }
    }

    @Test func `an overrun deadline counts as a failure like any other`() {
        let last = judge(Did.threwCancellation.ending, .deadline(.seconds(5)), failures: 2)
        #expect(last == .end(status: .failed, result: nil, error: "The attempt took longer than its deadline of 5.0 seconds."))
    }

    @Test func `the policy's wait grows with the failures`() {
        let waits = (0..<6).map { failures -> Duration? in
            guard case .later(_, let wait, _) = judge(Did.threw.ending, failures: failures, maxAttempts: 100) else { return nil }
            return wait
        }
        #expect(waits == [1, 3, 9, 27, 81, 243].map { .seconds($0) })
    }

    @Test func `what is away costs no attempt, not even the last`() {  // I5
        #expect(judge(Did.threwUnavailable.ending, failures: 2, maxAttempts: 1) == Self.away)
        let hasty = Verdict.Ending.threw(DependencyUnavailable("away", wait: .zero))
        #expect(judge(hasty) == .later(outcome: "snoozed", wait: .milliseconds(1), error: "away"))
    }

    @Test func `Muster's own database being away is no failure of the task`() {  // I5
        let away = Verdict.Ending.threw(SchedulerError(.databaseUnavailable, "The database is away."))
        #expect(judge(away, failures: 2) == .later(outcome: "interrupted", wait: .seconds(2), error: "The database is away."))
        #expect(judge(away, .cancelRequested) == Self.cancelled)
    }

    @Test func `having submitted what nobody can run now is no failure of the task, where its action says that it does`() {  // I3
        let refused = Verdict.Ending.threw(SchedulerError(.noHandler, "Nobody digs.", action: "dig"))
        #expect(judge(refused, submits: ["dig"], failures: 2) == .later(outcome: "snoozed", wait: .seconds(5), error: "Nobody digs."))
        #expect(judge(refused, .cancelRequested, submits: ["dig"]) == Self.cancelled)
        // Nothing parks a task whose action does not say it: it would come back every five seconds for ever.
        for submits in [[], ["sow"]] as [[ActionName]] {
            #expect(judge(refused, submits: submits) == Self.retry("Nobody digs."))
            #expect(judge(refused, submits: submits, failures: 2) == .end(status: .failed, result: nil, error: "Nobody digs."))
        }
    }

    @Test func `a statement that took too long is a failure, and so is a handler's own trouble with a database of its own`() {  // I5
        let errors: [any Error] = [
            SchedulerError(.databaseTimeout, "trouble"), SchedulerError(.database, "trouble"), HandlersOwn(description: "trouble"),
        ]
        for error in errors { #expect(judge(.threw(error), failures: 2) == .end(status: .failed, result: nil, error: "trouble")) }
    }
}

private struct HandlersOwn: Error, CustomStringConvertible {
    let description: String
}

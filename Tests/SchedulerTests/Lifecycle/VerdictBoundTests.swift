import Testing

@testable import Scheduler

/// Whatever a handler gives back, the store is told something that it can hold.
struct VerdictBoundTests {
    struct Wordy: Error, CustomStringConvertible { let description: String }

    private static let limit = 1000
    private static let mark = "\u{301}"

    /// Texts that a handler or a homeserver may send: empty, long, with NUL, with characters of many bytes, one endless character.
    private static let texts = [
        "", "short", "\0", String(repeating: "\0", count: 5000), String(repeating: "x", count: 1000), String(repeating: "x", count: 1001),
        String(repeating: "é", count: 900), String(repeating: "👩‍👩‍👧‍👦", count: 300), "e" + String(repeating: mark, count: 3000),
        String(repeating: "a\r\n", count: 800), String(repeating: "\u{FFFD}", count: 334),
    ]

    private func judge(_ ending: Verdict.Ending, _ reason: Verdict.StopReason? = nil, failures: Int = 0) -> Verdict {
        Verdict.judge(
            ending, reason: reason, failures: failures, maxAttempts: 3, policy: RetryPolicy(), spread: 1, limit: Self.limit)
    }

    private func parts(_ verdict: Verdict) -> (text: String?, result: JSONBytes?, wait: Duration) {
        switch verdict {
        case .end(_, let result, let error): (error, result, .zero)
        case .later(_, let wait, let error): (error, nil, wait)
        case .park(let note): (note, nil, .zero)
        }
    }

    @Test(arguments: texts)
    func `results and texts are bounded, never empty and never hold a NUL`(text: String) {  // I9
        let big = JSONBytes("\"\(text)\"")
        let endings: [Verdict.Ending] = [
            .returned(.complete(big)), .returned(.failed(error: text, result: big)), .returned(.cancelled(result: big)),
            .returned(.snoozed(for: .seconds(1), reason: text)), .returned(.retry(after: nil, error: text)),
            .threw(Wordy(description: text)), .threw(FinalError(text, result: big)), .threw(UndecodableParams(reason: text)),
        ]
        for ending in endings {
            for reason in VerdictTests.reasons {
                for failures in [0, 2] {
                    let (text, result, _) = parts(judge(ending, reason, failures: failures))
                    if let text {
                        #expect((1...1024).contains(text.utf8.count))
                        #expect(!text.utf8.contains(0))
                    }
                    #expect((result?.utf8.count ?? 0) <= Self.limit)
                }
            }
        }
    }

    @Test func `what has its place is kept as it is`() {
        #expect(Verdict.bounded("short", 5) == "short")
        #expect(Verdict.bounded("", 5) == "No reason was given.")
    }

    @Test func `a cut text keeps whole characters and says that it was cut`() {
        #expect(Verdict.bounded("abcdefgh", 7) == "abcd…")
        #expect(Verdict.bounded("ééééé", 8) == "éé…")
        #expect(Verdict.bounded("a👩‍👩‍👧‍👦", 20) == "a…")
    }

    @Test func `a complete result above the limit fails the task, with both numbers`() {  // I9
        let verdict = judge(.returned(.complete(JSONBytes(String(repeating: "1", count: Self.limit + 1)))))
        #expect(verdict == .end(status: .failed, result: nil, error: "The result has 1001 bytes, but at most 1000 are kept."))
        let fits = JSONBytes(String(repeating: "1", count: Self.limit))
        #expect(judge(.returned(.complete(fits))) == .end(status: .complete, result: fits, error: nil))
    }

    @Test(arguments: [
        Duration.seconds(Int64.max), .seconds(Int64.min), .zero, .nanoseconds(1), .seconds(-5), .seconds(400 * 86_400), .seconds(60),
    ])
    func `a wait that a handler asks for is brought into bounds`(wait: Duration) {  // I9
        let retry = parts(judge(.returned(.retry(after: wait, error: "busy")))).wait
        #expect(retry == min(max(wait, .zero), Verdict.longestWait))
        let snooze = parts(judge(.returned(.snoozed(for: wait, reason: "later")))).wait
        #expect(snooze == min(max(wait, .milliseconds(1)), Verdict.longestWait))
        #expect(retry.milliseconds <= 365 * 86_400_000)
    }
}

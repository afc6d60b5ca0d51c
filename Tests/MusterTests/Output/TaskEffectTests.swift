import Foundation
import Testing

@testable import Scheduler
@testable import muster

@Suite struct `The end of a watched task` {
    private func task(_ result: String?, _ progress: TaskProgress? = nil, _ status: TaskStatus = .complete) -> TaskRecord {
        TaskRecord(
            id: TaskID(rawValue: 5), action: "redact_all_events", status: status, resourceID: nil, params: JSONBytes("{}"),
            priority: .normal, attempt: 1, maxAttempts: 10, failures: 0, crashes: 0, interruptions: 0, runAt: Date(), createdAt: Date(),
            startedAt: nil,
            finishedAt: nil, updatedAt: Date(), requestedBy: nil, instance: nil, progress: progress,
            result: result.map { JSONBytes($0) }, error: nil, reason: nil, cancelRequested: false)
    }

    @Test(
        arguments: [
            (#"{"verified": true}"#, nil), ("[]", nil), (nil, nil), (#"{"verified": 5, "failed_users": {}}"#, nil),
            (#"{"verified": false, "would_redact": 7}"#, nil),
            (#"{"verified": false, "not_verified": ["One.", "Two\u001b."]}"#, "One. Two\\u{1B}."),
            (#"{"verified": false}"#, "the result says what may be left."),
        ] as [(String?, String?)])
    func `is in doubt for the reasons that the result gives`(_ result: String?, _ doubt: String?) {
        #expect(TaskEffect.doubt(about: task(result)) == doubt)
    }

    @Test func `is in doubt where anything failed, whatever the action`() {
        let failed = task("{}", TaskProgress(done: 0, total: 21, failed: 21))
        #expect(TaskEffect.doubt(about: failed)?.hasPrefix("0/21, 21 failed") == true)
        #expect(throws: NotVerified.self) { try TaskWatcher.judge(failed) }
        #expect(throws: Never.self) { try TaskWatcher.judge(task("{}", TaskProgress(done: 21, total: 21))) }
        #expect(TaskEffect.doubt(about: task(#"{"verified": false}"#, nil, .cancelled)) == nil)
    }

    @Test func `counters name the units beside`() {
        var progress = TaskProgress(done: 128, total: 138, failed: 1)
        progress.parts = ["rooms": .init(done: 42, total: 500)]
        #expect(TaskTable.counters(progress) == "128/138, 1 failed, 42/500 rooms")
    }
}

import Testing

@testable import Scheduler

struct TaskValueTests {
    @Test func `priorities go from 0 to 9, the smaller first`() {
        let valid = (Int16(-3)...13).filter { TaskPriority(rawValue: $0) != nil }
        #expect(valid == Array(0...9))
        #expect(TaskPriority.first < .normal)
        #expect(TaskPriority.normal < .last)
        #expect([TaskPriority.first, .normal, .last].map(\.rawValue) == [0, 5, 9])
    }

    @Test func `statuses are spelt as in SQL, and three of them are final`() {
        #expect(TaskStatus.allCases.map(\.rawValue) == ["scheduled", "active", "parked", "complete", "failed", "cancelled"])
        #expect(TaskStatus.allCases.filter(\.isFinal) == [.complete, .failed, .cancelled])
        #expect(TaskStatus.allCases.filter { !$0.isFinal } == TaskStatus.unfinished)
    }

    @Test func `counters are never negative and the share never above one`() {
        let odd = TaskProgress(done: -1, total: -2, failed: -3)
        #expect(odd == TaskProgress(done: 0, total: 0, failed: 0))
        #expect(odd.fraction == 1)
        #expect(TaskProgress(done: 3).fraction == nil)
        #expect(TaskProgress(done: 1, total: 4, failed: 1).fraction == 0.5)
        #expect(TaskProgress(done: 9, total: 4).fraction == 1)
    }
}

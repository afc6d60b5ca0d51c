import Foundation
import Scheduler
import SchedulerTesting
import Testing

@Suite(.timeLimit(.minutes(2)))
struct RunningTests {
    @Test func `a submitted task runs and its result is kept`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            try await database.withWorker(scheduler) { _ in
                let submitted = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(name: "a")))
                #expect(submitted.kind == .created)
                let task = try await scheduler.wait(for: submitted.id, status: .complete)
                #expect(task.attempt == 1)
                #expect(task.instance == "main")
                #expect(task.failures == 0)
                let result = try task.result?.decode([String: Int].self)
                #expect(result == ["attempt": 1])
                #expect(task.startedAt != nil && task.finishedAt != nil)
            }
        }
    }

    @Test func `a hundred tasks each run once`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            let ledger = ProbeLedger()
            try await database.withWorker(scheduler, ledger: ledger) { _ in
                let requests = try (0..<100).map { try TaskRequest(Probe.self, ProbeParams(name: "t\($0)")) }
                let submitted = try await scheduler.submit(requests)
                #expect(Set(submitted.map(\.id)).count == 100)
                try await eventually(timeout: .seconds(20)) { ledger.completed.count == 100 }
                #expect(ledger.started.values.allSatisfy { $0 == 1 })
                for task in submitted { try await scheduler.wait(for: task.id, status: .complete) }
            }
        }
    }

    @Test func `a thrown error is tried again after the policy's wait and fails at the limit`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            try await database.withWorker(scheduler) { _ in
                let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "throw"))).id
                let task = try await scheduler.wait(for: id, status: .failed)
                #expect(task.failures == 3)
                #expect(task.attempt == 3)
                #expect(task.error == "the probe failed as it was told to")
                let attempts = try await scheduler.attempts(of: id)
                #expect(attempts.map(\.outcome) == ["retry", "retry", "failed"])
                #expect(attempts.map(\.attempt) == [1, 2, 3])
            }
        }
    }

    @Test func `a final error fails the task at once`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            try await database.withWorker(scheduler) { _ in
                let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "throw_final"))).id
                let task = try await scheduler.wait(for: id, status: .failed)
                #expect(task.attempt == 1)
                #expect(task.error == "told to fail for good")
            }
        }
    }

    @Test func `a snooze costs no attempt and keeps the checkpoint`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            try await database.withWorker(scheduler) { _ in
                let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "snooze"))).id
                let task = try await scheduler.wait(for: id, status: .complete)
                #expect(task.attempt == 1)
                #expect(task.failures == 0)
            }
        }
    }

    @Test func `an attempt that passes its deadline is stopped and tried again`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            try await database.withWorker(scheduler) { _ in
                let id = try await scheduler.submit(TaskRequest(HastyProbe.self, ProbeParams(behave: "hang", times: 1))).id
                let task = try await scheduler.wait(for: id, status: .complete)
                #expect(task.failures == 1)
                let attempts = try await scheduler.attempts(of: id)
                #expect(attempts.first?.error?.contains("deadline") == true)
            }
        }
    }

    @Test func `a task of the future waits for its time`() async throws {
        try await withMusterDatabase { database in
            var settings = SchedulerSettings.quick
            settings.pollInterval = .seconds(60)
            let scheduler = try database.scheduler(settings: settings)
            try await database.withWorker(scheduler) { _ in
                let request = try TaskRequest(Probe.self, ProbeParams(), runAt: Date().addingTimeInterval(3))
                let id = try await scheduler.submit(request).id
                let before = try await scheduler.task(id)
                #expect(before?.status == .scheduled)
                #expect(before?.reason == "scheduled")
                let task = try await scheduler.wait(for: id, status: .complete)
                let started = try #require(task.startedAt)
                #expect(started >= task.runAt)
                #expect(started.timeIntervalSince(task.runAt) < 30)
            }
        }
    }

    @Test func `due tasks go by priority, then by time, then by id`() async throws {
        try await withMusterDatabase { database in
            var settings = SchedulerSettings.quick
            settings.concurrency = 1
            let scheduler = try database.scheduler(settings: settings)
            let last = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(), priority: .last)).id
            let second = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
            let third = try await scheduler.submit(TaskRequest(OtherProbe.self, ProbeParams())).id
            let first = try await scheduler.submit(TaskRequest(OtherProbe.self, ProbeParams(), priority: .first)).id
            try await database.withWorker(scheduler) { _ in
                for id in [first, second, third, last] { try await scheduler.wait(for: id, status: .complete) }
            }
            var order: [(TaskID, Date)] = []
            for id in [first, second, third, last] {
                order.append((id, try #require(try await scheduler.task(id)?.startedAt)))
            }
            #expect(order.sorted { $0.1 < $1.1 }.map(\.0) == [first, second, third, last])
        }
    }

    @Test func `a wake-up starts a task long before the next poll`() async throws {
        try await withMusterDatabase { database in
            var settings = SchedulerSettings.quick
            settings.pollInterval = .seconds(60)
            let scheduler = try database.scheduler(settings: settings)
            try await database.withWorker(scheduler) { _ in
                // The first task proves that the listener is up.
                let first = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                try await scheduler.wait(for: first, status: .complete)
                let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                let task = try await scheduler.wait(for: id, status: .complete)
                let started = try #require(task.startedAt)
                #expect(started.timeIntervalSince(task.createdAt) < 30)
            }
        }
    }
}

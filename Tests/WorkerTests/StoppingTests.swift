import Foundation
import Scheduler
import SchedulerTesting
import Testing

@Suite(.timeLimit(.minutes(2)))
struct StoppingTests {
    @Test func `cancelling a waiting task ends it at once`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
            #expect(try await scheduler.cancel(id, requestedBy: "@admin:test") == .cancelled)
            let task = try #require(try await scheduler.task(id))
            #expect(task.status == .cancelled)
            #expect(task.error?.contains("@admin:test") == true)
            #expect(try await scheduler.cancel(id, requestedBy: nil) == .alreadyFinal(.cancelled))
            #expect(try await scheduler.cancel(TaskID(rawValue: 7), requestedBy: nil) == .notFound)
        }
    }

    @Test func `cancelling a running task stops its handler`() async throws {
        try await withMusterDatabase { database in
            let events = EventRecorder()
            let scheduler = try database.scheduler(events: events)
            try await database.withWorker(scheduler) { _ in
                let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "hang"))).id
                try await events.first("started") { if case .attemptStarted(id, _, _) = $0 { true } else { false } }
                #expect(try await scheduler.cancel(id, requestedBy: nil) == .requested)
                let task = try await scheduler.wait(for: id, status: .cancelled)
                #expect(task.attempt == 1)
            }
        }
    }

    @Test func `a shutdown gives running tasks back untouched`() async throws {  // I5
        try await withMusterDatabase { database in
            var settings = SchedulerSettings.quick
            settings.shutdownGracePeriod = .milliseconds(100)
            let events = EventRecorder()
            let scheduler = try database.scheduler(settings: settings, events: events)
            let running = try await database.startWorker(scheduler, handlers: Probes.handlers(ProbeLedger()))
            let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "hang"))).id
            try await events.first("started") { if case .attemptStarted(id, _, _) = $0 { true } else { false } }
            try await running.stop()
            let task = try #require(try await scheduler.task(id))
            #expect(task.status == .scheduled)
            #expect(task.attempt == 0)
            #expect(task.failures == 0)
            #expect(task.interruptions == 1)
            let processes = try await scheduler.processes()
            #expect(processes.map(\.state) == [.stopped])
        }
    }

    @Test func `a shutdown lets a short task finish`() async throws {
        try await withMusterDatabase { database in
            let events = EventRecorder()
            let scheduler = try database.scheduler(events: events)
            let ledger = ProbeLedger()
            let running = try await database.startWorker(scheduler, handlers: Probes.handlers(ledger))
            let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "gate"))).id
            try await events.first("started") { if case .attemptStarted(id, _, _) = $0 { true } else { false } }
            async let stopped: Void = running.stop()
            try await eventually("the process drains") { try await scheduler.processes().first?.state == .draining }
            ledger.open()
            try await stopped
            #expect(try await scheduler.task(id)?.status == .complete)
        }
    }

    @Test func `a failed task can be retried and its counters begin again`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            try await database.withWorker(scheduler) { _ in
                let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "fail"))).id
                try await scheduler.wait(for: id, status: .failed)
                #expect(try await scheduler.retry(id) == .scheduled)
                try await eventually { try await scheduler.attempts(of: id).count == 2 }
                let task = try await scheduler.wait(for: id, status: .failed)
                #expect(task.failures == 1)
                let good = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                try await scheduler.wait(for: good, status: .complete)
                #expect(try await scheduler.retry(good) == .alreadyComplete)  // I8
            }
        }
    }

    @Test func `a second live process with the same name may not start`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            try await database.withWorker(scheduler) { _ in
                let error = await #expect(throws: SchedulerError.self) {
                    try await database.startWorker(scheduler, handlers: Probes.handlers(ProbeLedger()))
                }
                #expect(error?.code == .duplicateInstance)
                #expect(error?.findings.first?.kind == .duplicateInstance)
            }
        }
    }
}

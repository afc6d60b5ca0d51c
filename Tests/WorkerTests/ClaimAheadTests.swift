import Foundation
import Postgres
import Scheduler
import SchedulerTesting
import Testing

/// Tasks that are claimed before a lane is free for them: they cost nothing until they begin.
@Suite(.timeLimit(.minutes(2)))
struct ClaimAheadTests {
    /// Runs a worker of four lanes whose lanes and line are full of tasks that wait at a gate.
    private func withBlockedWorker(
        _ database: TestDatabase, _ body: (TaskScheduler, RunningWorker, ProbeLedger, EventRecorder, [TaskID]) async throws -> Void
    ) async throws {
        var settings = SchedulerSettings.quick
        settings.concurrency = 4
        settings.shutdownGracePeriod = .milliseconds(100)
        let events = EventRecorder()
        let scheduler = try database.scheduler(settings: settings, events: events)
        let ledger = ProbeLedger()
        // Short tasks first: the worker learns to claim ahead. Then the gate falls.
        let short = try (0..<600).map { try TaskRequest(Probe.self, ProbeParams(name: "short\($0)")) }
        let blocked = try (0..<300).map { try TaskRequest(Probe.self, ProbeParams(name: "blocked\($0)", behave: "gate")) }
        let ids = try await scheduler.submit(short + blocked).map(\.id)
        let running = try await database.startWorker(scheduler, handlers: Probes.handlers(ledger))
        do {
            try await eventually("four tasks stand at the gate", timeout: .seconds(20)) {
                ledger.started.keys.count { $0.hasPrefix("blocked") } == 4
            }
            try await body(scheduler, running, ledger, events, Array(ids.suffix(300)))
        } catch {
            ledger.open()
            try await running.stop()
            throw error
        }
    }

    @Test func `what waits too long for a lane goes back and has cost its task nothing`() async throws {  // I5
        try await withMusterDatabase { database in
            try await withBlockedWorker(database) { scheduler, running, ledger, events, blocked in
                try await events.first("release") { if case .released = $0 { true } else { false } }
                try await eventually("only what runs is claimed") { try await database.claimed() == 4 }
                let waiting = try await scheduler.tasks(blocked)
                #expect(waiting.count { $0.status == .active } == 4)
                #expect(waiting.filter { $0.status != .active }.allSatisfy { $0.status == .scheduled && $0.attempt == 0 })
                #expect(waiting.allSatisfy { $0.interruptions == 0 && $0.failures == 0 && $0.crashes == 0 })
                ledger.open()
                for id in blocked { try await scheduler.wait(for: id, status: .complete) }
                #expect(ledger.started.values.allSatisfy { $0 == 1 })
                try await running.stop()
            }
        }
    }

    @Test func `a shutdown gives back what has not begun and counts no interruption for it`() async throws {  // I5
        try await withMusterDatabase { database in
            try await withBlockedWorker(database) { scheduler, running, ledger, _, blocked in
                async let stopped: Void = running.stop()
                try await eventually("the process leaves") { try await scheduler.processes().first?.state != .running }
                ledger.open()
                try await stopped
                #expect(try await database.claimed() == 0)
                let begun = Set(ledger.started.keys)
                for (index, task) in try await scheduler.tasks(blocked).enumerated() where !begun.contains("blocked\(index)") {
                    #expect(task.status == .scheduled)
                    #expect(task.attempt == 0)
                    #expect(task.interruptions == 0)
                }
                #expect(begun.count { $0.hasPrefix("blocked") } == 4)
            }
        }
    }

    @Test func `a task that was claimed and has not begun is cancelled without being begun`() async throws {
        try await withMusterDatabase { database in
            try await withBlockedWorker(database) { scheduler, running, ledger, _, blocked in
                let last = try #require(blocked.last)
                let middle = blocked[10]
                _ = try await scheduler.cancel(middle, requestedBy: nil)
                _ = try await scheduler.cancel(last, requestedBy: nil)
                try await scheduler.wait(for: middle, status: .cancelled)
                try await scheduler.wait(for: last, status: .cancelled)
                #expect(ledger.started["blocked10"] == nil)
                #expect(ledger.started["blocked299"] == nil)
                ledger.open()
                try await running.stop()
            }
        }
    }
}

extension TestDatabase {
    fileprivate func claimed() async throws -> Int64 { try await client.execute(CountClaims()).first ?? 0 }
}

extension TaskScheduler {
    fileprivate func tasks(_ ids: [TaskID]) async throws -> [TaskRecord] {
        var tasks: [TaskRecord] = []
        for id in ids { tasks.append(try #require(try await task(id))) }
        return tasks
    }
}

private struct CountClaims: Statement {
    static let name = "count_claims"
    static let sql = "SELECT count(*) FROM muster.active"
    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

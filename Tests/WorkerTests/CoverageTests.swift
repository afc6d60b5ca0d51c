import Foundation
import Scheduler
import SchedulerTesting
import Testing

/// The bug that Muster exists for, at the level of the library.
@Suite(.timeLimit(.minutes(2)))
struct CoverageTests {
    private static let routed = Topology(
        instances: ["main", "worker1"], runBackgroundTasksOn: ["worker1"], gracePeriod: .milliseconds(200))

    @Test func `a process that lacks a handler of its route refuses to start and names it`() async throws {  // I2
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler(topology: Self.routed)
            var handlers = HandlerRegistry()
            try handlers.register(ProbeHandler(Probe.self, ledger: ProbeLedger()))
            let registry = handlers
            let error = await #expect(throws: SchedulerError.self) {
                try await database.startWorker(scheduler, instance: "worker1", handlers: registry)
            }
            #expect(error?.code == .rollCall)
            #expect(error?.message.contains("other_probe") == true)
            #expect(error?.message.contains("worker1") == true)
            #expect(try await scheduler.processes().isEmpty)
        }
    }

    @Test func `a handler that cannot work keeps its process from starting`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler(actions: [ActionDefinition(Probe.self)])
            var handlers = HandlerRegistry()
            try handlers.register(ProbeHandler(Probe.self, ledger: ProbeLedger(), problem: { "the token is missing" }))
            let registry = handlers
            let error = await #expect(throws: SchedulerError.self) { try await database.startWorker(scheduler, handlers: registry) }
            #expect(error?.findings.first?.kind == .handlerNotReady)
            #expect(error?.message.contains("the token is missing") == true)
        }
    }

    @Test func `a submission that no live process may run is refused with the processes that lack it`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler(topology: Self.routed)
            // An old build runs: its catalogue had only one action.
            let old = try database.scheduler(actions: [ActionDefinition(OtherProbe.self)], topology: Self.routed)
            try await database.withWorker(old, instance: "worker1", handlers: onlyOther()) { _ in
                let error = await #expect(throws: SchedulerError.self) {
                    try await scheduler.submit(TaskRequest(Probe.self, ProbeParams()))
                }
                #expect(error?.code == .noHandler)
                #expect(error?.processes == ["worker1"])
                // Tasks of other actions go on.
                let id = try await scheduler.submit(TaskRequest(OtherProbe.self, ProbeParams())).id
                try await scheduler.wait(for: id, status: .complete)
            }
        }
    }

    @Test func `a parked task goes on by itself when a capable process joins, attempts untouched`() async throws {  // I3
        try await withMusterDatabase { database in
            var topology = Self.routed
            topology.onUncovered = .park
            let scheduler = try database.scheduler(topology: topology)
            let old = try database.scheduler(actions: [ActionDefinition(OtherProbe.self)], topology: topology)
            var id = TaskID(rawValue: 1)
            try await database.withWorker(old, instance: "worker1", handlers: onlyOther()) { _ in
                let submitted = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams()))
                #expect(submitted.isParked)
                id = submitted.id
                let task = try #require(try await scheduler.task(id))
                #expect(task.status == .parked)
                #expect(task.reason == "no_handler")
                let other = try await scheduler.submit(TaskRequest(OtherProbe.self, ProbeParams())).id
                try await scheduler.wait(for: other, status: .complete)
                #expect(try await scheduler.task(id)?.status == .parked)
            }
            try await database.withWorker(scheduler, instance: "worker1") { _ in
                let task = try await scheduler.wait(for: id, status: .complete)
                #expect(task.attempt == 1)
                #expect(task.failures == 0)
            }
        }
    }

    @Test func `tasks that are there already are parked when their action loses its last process, and not before the grace period`()
        async throws
    {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler(topology: Self.routed)
            let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
            #expect(try await scheduler.task(id)?.status == .scheduled)
            // Only main runs; it is not on the route, but does maintenance.
            try await database.withWorker(scheduler, instance: "main", handlers: HandlerRegistry()) { _ in
                try await scheduler.wait(for: id, status: .parked)
                let error = await #expect(throws: SchedulerError.self) {
                    try await scheduler.submit(TaskRequest(Probe.self, ProbeParams()))
                }
                #expect(error?.code == .noHandler)
                try await database.withWorker(scheduler, instance: "worker1") { _ in
                    try await scheduler.wait(for: id, status: .complete)
                }
            }
        }
    }

    @Test func `params that a build cannot read are parked and go to the build that can`() async throws {  // I3
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler(actions: [ActionDefinition(Probe.self)])
            let strict = try database.scheduler(actions: [ActionDefinition(StrictProbe.self)])
            var handlers = HandlerRegistry()
            try handlers.register(StrictHandler())
            let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(name: "a"))).id
            try await database.withWorker(strict, version: "2", handlers: handlers) { _ in
                let task = try await scheduler.wait(for: id, status: .parked)
                #expect(task.attempt == 0)
                #expect(task.reason?.contains("amount") == true)
            }
            try await database.withWorker(scheduler, version: "3") { _ in
                let task = try await scheduler.wait(for: id, status: .complete)
                #expect(task.attempt == 1)
                #expect(task.failures == 0)
            }
        }
    }

    private func onlyOther() throws -> HandlerRegistry {
        var handlers = HandlerRegistry()
        try handlers.register(ProbeHandler(OtherProbe.self, ledger: ProbeLedger()))
        return handlers
    }
}

/// The probe as a later build has it: another form of params under the same version.
private enum StrictProbe: Action {
    struct Params: Codable, Sendable { var amount: Int }
    static let name: ActionName = "probe"
    static let summary = "Wants an amount"
    static let defaults = ActionDefaults()
}

private struct StrictHandler: Handler {
    typealias HandledAction = StrictProbe
    func run(_ params: StrictProbe.Params, in context: HandlerContext) async throws -> Outcome { .complete(nil) }
}

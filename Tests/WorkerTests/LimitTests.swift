import Foundation
import Scheduler
import SchedulerTesting
import Synchronization
import Testing

/// Limits of single actions hold for the whole fleet, exactly, and delay nobody else.
@Suite(.timeLimit(.minutes(2)))
struct LimitTests {
    private static let topology = Topology(instances: ["a", "b", "main"], runBackgroundTasksOn: ["a", "b"])

    private func settings(_ limit: ActionLimit) -> SchedulerSettings {
        var settings = SchedulerSettings.quick
        settings.limits = [Probe.name: limit]
        // Whatever goes on sooner than this was told to.
        settings.pollInterval = .seconds(30)
        return settings
    }

    @Test func `two processes never run more of an action than its limit, and go on at once when a slot is free`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler(topology: Self.topology, settings: settings(ActionLimit(concurrency: 3)))
            let crowd = Crowd()
            var handlers = HandlerRegistry()
            try handlers.register(CrowdedHandler(crowd: crowd))
            try handlers.register(ProbeHandler(OtherProbe.self, ledger: ProbeLedger()))
            try handlers.register(ProbeHandler(UniqueProbe.self, ledger: ProbeLedger()))
            try handlers.register(ProbeHandler(HastyProbe.self, ledger: ProbeLedger()))
            try await database.withWorker(scheduler, instance: "a", handlers: handlers) { _ in
                try await database.withWorker(scheduler, instance: "b", handlers: handlers) { _ in
                    let requests = try (0..<60).map { _ in try TaskRequest(Probe.self, ProbeParams()) }
                    _ = try await scheduler.submit(requests)
                    try await eventually(timeout: .seconds(25)) { crowd.ended == 60 }
                    #expect(crowd.most == 3)
                }
            }
        }
    }

    @Test func `an action at its limit delays no other`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler(topology: Self.topology, settings: settings(ActionLimit(concurrency: 1)))
            let ledger = ProbeLedger()
            try await database.withWorker(scheduler, instance: "a", ledger: ledger) { _ in
                try await database.withWorker(scheduler, instance: "b", ledger: ledger) { _ in
                    let held = try (0..<3).map { try TaskRequest(Probe.self, ProbeParams(name: "held \($0)", behave: "gate")) }
                    _ = try await scheduler.submit(held)
                    try await eventually("the one that holds the slot", timeout: .seconds(20)) {
                        ledger.started.keys.contains { $0.hasPrefix("held") }
                    }
                    let free = try (0..<50).map { try TaskRequest(OtherProbe.self, ProbeParams(name: "free \($0)")) }
                    _ = try await scheduler.submit(free)
                    try await eventually(timeout: .seconds(20)) { ledger.completed.keys.count { $0.hasPrefix("free") } == 50 }
                    #expect(ledger.started.keys.count { $0.hasPrefix("held") } == 1)
                    ledger.open()
                    try await eventually(timeout: .seconds(20)) { ledger.completed.keys.count { $0.hasPrefix("held") } == 3 }
                }
            }
        }
    }

    @Test func `two processes together keep a rate`() async throws {  // I6
        try await withMusterDatabase { database in
            let rate = ActionLimit.Rate(40, per: .seconds(1))
            let scheduler = try database.scheduler(topology: Self.topology, settings: settings(ActionLimit(rate: rate)))
            try await database.withWorker(scheduler, instance: "a") { _ in
                try await database.withWorker(scheduler, instance: "b") { _ in
                    let submitted = try await scheduler.submit((0..<50).map { _ in try TaskRequest(Probe.self, ProbeParams()) })
                    var starts: [Date] = []
                    for task in submitted {
                        let ended = try await scheduler.wait(for: task.id, status: .complete)
                        starts.append(try #require(ended.startedAt))
                    }
                    starts.sort()
                    // In any time T at most rate × T + burst, and the burst is a tenth of a second's worth.
                    for first in starts.indices {
                        for last in first..<starts.count {
                            let allowed = 40 * starts[last].timeIntervalSince(starts[first]) + 4 + 0.001
                            #expect(Double(last - first + 1) <= allowed)
                        }
                    }
                }
            }
        }
    }
}

/// Counts who is inside.
private final class Crowd: Sendable {
    private let state = Mutex((inside: 0, most: 0, ended: 0))

    var most: Int { state.withLock { $0.most } }
    var ended: Int { state.withLock { $0.ended } }

    func enter() {
        state.withLock {
            $0.inside += 1
            $0.most = max($0.most, $0.inside)
        }
    }

    func leave() {
        state.withLock {
            $0.inside -= 1
            $0.ended += 1
        }
    }
}

/// Stays inside for a moment.
private struct CrowdedHandler: Handler {
    typealias HandledAction = Probe
    let crowd: Crowd

    func prepare() async throws {}

    func run(_ params: ProbeParams, in context: HandlerContext) async throws -> Outcome {
        crowd.enter()
        defer { crowd.leave() }
        try await ContinuousClock().sleep(for: .milliseconds(20))
        return .complete(nil)
    }
}

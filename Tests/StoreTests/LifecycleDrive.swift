import Foundation
import SchedulerTesting
import Testing

@testable import Scheduler

/// Brings a task to one row of the lifecycle's table and through it.
struct LifecycleDrive: Sendable {
    /// The row's first two cells, as written.
    var from: String
    var event: String
    var topology = Topology()
    /// Gives back the task before and after; nil where there is none.
    var run: @Sendable (LifecycleBench) async throws -> (before: TaskRecord?, after: TaskRecord?)

    static let all: [LifecycleDrive] = submitted + scheduled + parked + active + final

    /// From a running attempt to what a verdict makes of it.
    private static func judged(
        _ event: String, _ ending: Verdict.Ending, reason: Verdict.StopReason? = nil, failures: Int = 0
    ) -> LifecycleDrive {
        LifecycleDrive(from: "`active`", event: event) { bench in
            let id = try await bench.submit()
            let fence = try await bench.claim(id)
            let before = try await bench.record(id)
            let policy = RetryPolicy(maxAttempts: 3, initial: .seconds(300))
            let verdict = Verdict.judge(
                ending, reason: reason, submits: [Probe.name], failures: failures, maxAttempts: 3, policy: policy, spread: 0, limit: 1000)
            try await bench.report(verdict, fence)
            return (before, try await bench.record(id))
        }
    }

    /// From a status that `reach` leads to, to what `move` makes of it.
    private static func moved(
        _ from: String, _ event: String, topology: Topology = Topology(),
        reach: @escaping @Sendable (LifecycleBench) async throws -> TaskID,
        move: @escaping @Sendable (LifecycleBench, TaskID) async throws -> Void
    ) -> LifecycleDrive {
        LifecycleDrive(from: from, event: event, topology: topology) { bench in
            let id = try await reach(bench)
            let before = try await bench.record(id)
            try await move(bench, id)
            return (before, try await bench.scheduler.task(id))
        }
    }

    private static let parking = Topology(onUncovered: .park, gracePeriod: .seconds(30))
    private static let hasty = Topology(gracePeriod: .zero)

    private static let chain = HandlerRecord(
        action: ChainProbe.name, schemaDigest: ActionDefinition(ChainProbe.self).schemaDigest)

    private static func withChain(_ bench: LifecycleBench) throws -> TaskScheduler {
        try bench.database.scheduler(actions: Probes.actions + [ActionDefinition(ChainProbe.self)], topology: hasty)
    }

    private static let submitted: [LifecycleDrive] = [
        LifecycleDrive(from: "–", event: "submitted; a live process may run it") { (nil, try await $0.record($0.submit())) },
        LifecycleDrive(
            from: "–",
            event: "submitted; its processes may just be restarting (all away for less than `roll_call.grace_period`)"
        ) { bench in
            try await bench.leave()
            return (nil, try await bench.record(bench.submit()))
        },
        LifecycleDrive(from: "–", event: "submitted; nobody may run it, policy `park`", topology: parking) { bench in
            try await bench.register([])
            return (nil, try await bench.record(bench.submit()))
        },
        LifecycleDrive(from: "–", event: "submitted; nobody may run it, policy `reject`") { bench in
            try await bench.register([])
            let error = await #expect(throws: SchedulerError.self) { try await bench.submit() }
            #expect(error?.code == .noHandler)
            #expect(try await bench.scheduler.tasks(TaskQuery()).tasks.isEmpty)
            return (nil, nil)
        },
    ]

    private static let scheduled: [LifecycleDrive] = [
        moved("`scheduled`", "due, claimed by a process with the handler", reach: { try await $0.submit() }) { bench, id in
            try await bench.claim(id)
        },
        moved(
            "`scheduled`, due",
            "a live process on the route lacks the handler and no other has it, or all have been away for longer than "
                + "`roll_call.grace_period`",
            reach: { try await $0.submit() }
        ) { bench, _ in
            try await bench.register([])
            try await bench.scheduler.parkAndUnpark()
        },
        moved(
            "`scheduled`, due", "no build that runs knows its action, for longer than `roll_call.grace_period`",
            reach: { try await $0.submit() }
        ) { bench, _ in
            try await bench.register([HandlerRecord(action: OtherProbe.name, schemaDigest: ActionDefinition(OtherProbe.self).schemaDigest)])
            let older = try bench.database.scheduler(actions: [ActionDefinition(OtherProbe.self)], topology: hasty)
            // Noted the first time, and acted on when the grace period is over.
            for _ in 0..<2 { try await older.parkAndUnpark() }
        },
        moved(
            "`scheduled`, due", "its action submits another one, directly or further on, that nobody may run",
            reach: { bench in
                try await bench.register(LifecycleBench.handlers + [chain])
                return try await withChain(bench).submit(TaskRequest(action: ChainProbe.name)).id
            }
        ) { bench, _ in
            try await bench.register([chain])
            for _ in 0..<2 { try await withChain(bench).parkAndUnpark() }
        },
        moved(
            "any unfinished", "another owner adopts the database (`muster migrate --adopt`)", reach: claimed
        ) { bench, _ in
            try await Migrator(client: bench.client, owner: "example.org").verify()
            try await bench.database.script("UPDATE muster.process SET beat_at = beat_at - interval '1 hour'")
            let parked = try await Migrator(client: bench.client, owner: "staging.example.org").adopt()
            #expect(parked == 1)
        },
        moved("`scheduled`", "cancelled by a person", reach: { try await $0.submit() }) { bench, id in
            let answer = try await bench.scheduler.cancel(id, requestedBy: "a person")
            #expect(answer == .cancelled)
        },
        moved(
            "`scheduled`", "run at once, by a person", reach: { try await $0.submit(runAt: Date(timeIntervalSinceNow: 3600)) }
        ) { bench, id in
            let answer = try await bench.scheduler.retry(id)
            #expect(answer == .scheduled)
        },
    ]

    @Sendable private static func park(_ bench: LifecycleBench) async throws -> TaskID {
        try await bench.register([])
        return try await bench.submit()
    }

    private static let parked: [LifecycleDrive] = [
        moved("`parked`", "a capable process appears", topology: parking, reach: park) { bench, _ in
            try await bench.register(LifecycleBench.handlers)
            try await bench.scheduler.unpark()
        },
        moved("`parked`", "cancelled by a person", topology: parking, reach: park) { bench, id in
            let answer = try await bench.scheduler.cancel(id, requestedBy: nil)
            #expect(answer == .cancelled)
        },
        moved("`parked`", "retried by a person", topology: parking, reach: park) { bench, id in
            let answer = try await bench.scheduler.retry(id)
            #expect(answer == .parked)
        },
    ]

    @Sendable private static func claimed(_ bench: LifecycleBench) async throws -> TaskID {
        let id = try await bench.submit()
        try await bench.claim(id)
        return id
    }

    private static let active: [LifecycleDrive] = [
        judged("the handler is done", .returned(.complete(nil))),
        judged(
            "the handler throws, asks for a retry, or overruns its deadline; failures are left",
            .returned(.retry(after: nil, error: "busy"))),
        judged("the same; none is left", .threw(CancellationError()), reason: .deadline(.seconds(5)), failures: 2),
        judged("the handler says that trying again would not help", .threw(FinalError("no use"))),
        judged(
            "the handler snoozes, for instance because another task holds the room, or because the homeserver is away",
            .returned(.snoozed(for: .seconds(300), reason: "later"))),
        judged(
            "the handler's submission of another action, which its own declares as `submits`, is refused because nobody may run that now",
            .threw(SchedulerError(.noHandler, "Nobody probes.", action: Probe.name))),
        judged("the process shuts down before the handler ends", .threw(CancellationError()), reason: .shutdown),
        LifecycleDrive(from: "`active`", event: "the process dies; fewer than three crashes so far") { try await crash($0, earlier: 0) },
        LifecycleDrive(from: "`active`", event: "the process dies for the third time under this task") { try await crash($0, earlier: 2) },
        moved(
            "`active`",
            "the process lost the database for half of the dead interval, stopped its handlers, and joins again before it is declared dead",
            reach: claimed
        ) { bench, id in
            let released = try await bench.client.execute(ReleaseClaims(incarnation: bench.process))
            #expect(released == [id.rawValue])
        },
        moved("`active`", "the process dies after a person asked to cancel the task", reach: claimed) { bench, id in
            let answer = try await bench.scheduler.cancel(id, requestedBy: "a person")
            #expect(answer == .requested)
            try await bench.scheduler.bury(known: bench.process)
        },
        judged("this build cannot read the params", .threw(UndecodableParams(reason: "limit is missing"))),
        moved(
            "`active`", "cancelled by a person",
            reach: claimed
        ) { bench, id in
            let answer = try await bench.scheduler.cancel(id, requestedBy: "a person")
            #expect(answer == .requested)
            let waiting = try await bench.record(id)
            #expect(waiting.status == .active && waiting.cancelRequested)
            let beat = try await bench.client.execute(Beat(incarnation: bench.process, deadAfter: .seconds(20)))
            #expect(beat.map(\.toCancel) == [[id.rawValue]])
            let verdict = Verdict.judge(
                .threw(CancellationError()), reason: .cancelRequested, failures: 0, maxAttempts: 3, policy: RetryPolicy(), spread: 0,
                limit: 1000)
            let fence = AttemptFence(id: id.rawValue, attempt: 1, incarnation: bench.process)
            #expect(waiting.status == .active)
            try await bench.report(verdict, fence)
            #expect(try await bench.record(id).status == .cancelled)
        },
    ]

    private static func crash(_ bench: LifecycleBench, earlier: Int) async throws -> (TaskRecord?, TaskRecord?) {
        let id = try await bench.submit()
        for _ in 0..<earlier { try await bench.crash(id) }
        try await bench.claim(id)
        let before = try await bench.record(id)
        try await bench.scheduler.bury(known: bench.process)
        return (before, try await bench.record(id))
    }

    @Sendable private static func finish(_ bench: LifecycleBench, _ verdict: Verdict) async throws -> TaskID {
        let id = try await bench.submit()
        try await bench.report(verdict, try await bench.claim(id))
        return id
    }

    private static let final: [LifecycleDrive] = [
        moved(
            "`failed`, `cancelled`", "retried by a person",
            reach: { try await Self.finish($0, .end(status: .failed, result: nil, error: "no use")) }
        ) { bench, id in
            let answer = try await bench.scheduler.retry(id)
            #expect(answer == .scheduled)
        },
        moved(
            "`failed`, `cancelled`", "retried by a person, but another unfinished task does the same for the same `resource_id`",
            reach: { bench in
                let id = try await bench.scheduler.submit(TaskRequest(action: UniqueProbe.name, resourceID: "r")).id
                try await bench.report(.end(status: .failed, result: nil, error: "no use"), try await bench.claim(id))
                return id
            }
        ) { bench, id in
            let other = try await bench.scheduler.submit(TaskRequest(action: UniqueProbe.name, resourceID: "r")).id
            let answer = try await bench.scheduler.retry(id)
            #expect(answer == .blocked(by: other))
        },
        moved(
            "`complete`", "retried by a person", reach: { try await Self.finish($0, .end(status: .complete, result: nil, error: nil)) }
        ) { bench, id in
            let answer = try await bench.scheduler.retry(id)
            #expect(answer == .alreadyComplete)
        },
        moved(
            "final", "its retention is over", reach: { try await Self.finish($0, .end(status: .complete, result: nil, error: nil)) }
        ) { bench, id in
            try await bench.scheduler.sweep()
            let gone = try await bench.scheduler.task(id)
            #expect(gone == nil)
        },
    ]
}

/// Submits a probe.
private enum ChainProbe: Action {
    struct Params: Codable, Sendable {}

    static let name: ActionName = "chain_probe"
    static let summary = "Submits a probe"
    static let defaults = ActionDefaults()
    static let submits: [ActionName] = [Probe.name]
}

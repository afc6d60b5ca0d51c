import Scheduler
import SchedulerTesting
import Testing

/// Actions whose handlers submit further actions.
@Suite(.timeLimit(.minutes(2)))
struct SubmittedActionTests {
    private static let routed = Topology(
        instances: ["main", "worker1"], runBackgroundTasksOn: ["worker1"], gracePeriod: .milliseconds(200))

    private func handlers(_ scheduler: TaskScheduler) throws -> HandlerRegistry {
        var handlers = HandlerRegistry()
        try handlers.register(ChainHandler<DeclaredChain>(scheduler: scheduler))
        try handlers.register(ChainHandler<SecretChain>(scheduler: scheduler))
        return handlers
    }

    @Test func `a chain whose step nobody can run is refused as if it had no handler itself, where it says so`() async throws {
        try await withMusterDatabase { database in
            let chains = [ActionDefinition(DeclaredChain.self), ActionDefinition(SecretChain.self)]
            let scheduler = try database.scheduler(actions: chains + [ActionDefinition(Probe.self)], topology: Self.routed)
            // A build from before the step had a name runs: it lacks the step, and nobody else is there.
            let old = try database.scheduler(actions: chains, topology: Self.routed)
            try await database.withWorker(old, instance: "worker1", handlers: try handlers(scheduler), maintenance: false) { _ in
                let error = await #expect(throws: SchedulerError.self) {
                    try await scheduler.submit(TaskRequest(DeclaredChain.self, .init()))
                }
                #expect(error?.code == .noHandler && error?.processes == ["worker1"])
                #expect(error?.message.contains("'probe', which no live process can run now") == true)
                // The roll cannot know what is not declared, so that nothing parks the task: the attempt counts, and the task ends some day.
                let id = try await scheduler.submit(TaskRequest(SecretChain.self, .init())).id
                try await eventually("the attempt counts") { try await scheduler.task(id)?.failures ?? 0 > 0 }
                #expect(try await scheduler.task(id)?.status.isFinal == false)
            }
        }
    }

    @Test func `a handler that submits what its action does not declare is seen`() async throws {
        try await withMusterDatabase { database in
            let events = EventRecorder()
            let scheduler = try database.scheduler(
                actions: [ActionDefinition(DeclaredChain.self), ActionDefinition(SecretChain.self), ActionDefinition(Probe.self)],
                events: events)
            var all = try handlers(scheduler)
            try all.register(ProbeHandler(Probe.self, ledger: ProbeLedger()))
            try await database.withWorker(scheduler, handlers: all) { _ in
                for chain in [DeclaredChain.name, SecretChain.name, SecretChain.name] {
                    let id = try await scheduler.submit(TaskRequest(action: chain)).id
                    try await scheduler.wait(for: id, status: .complete)
                }
            }
            let seen = events.all.compactMap { event -> ActionName? in
                if case .undeclaredSubmission(let action, "probe") = event { action } else { nil }
            }
            #expect(seen == [SecretChain.name])
        }
    }
}

private protocol Chain: Action where Params == NoParams {}

private struct NoParams: Codable, Sendable {}

private enum DeclaredChain: Chain {
    typealias Params = NoParams
    static let name: ActionName = "declared_chain"
    static let summary = "Submits a probe, and says so"
    static let defaults = ActionDefaults()
    static let submits: [ActionName] = [Probe.name]
}

private enum SecretChain: Chain {
    typealias Params = NoParams
    static let name: ActionName = "secret_chain"
    static let summary = "Submits a probe, and does not say so"
    static let defaults = ActionDefaults()
}

private struct ChainHandler<HandledAction: Chain>: Handler {
    let scheduler: TaskScheduler

    func run(_ params: NoParams, in context: HandlerContext) async throws -> Outcome {
        _ = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams()))
        return .complete(nil)
    }
}

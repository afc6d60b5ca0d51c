import Scheduler
import SchedulerTesting
import Synchronization
import Testing

/// What a handler needs comes and goes while its process runs.
@Suite(.timeLimit(.minutes(2)))
struct ReadinessTests {
    /// A handler that stands on something that the test switches.
    private final class Dependent: Handler {
        enum State { case well, away, refusing }
        typealias HandledAction = Probe
        let state: Mutex<State>
        let prepared = Mutex(0)

        init(_ state: State) { self.state = Mutex(state) }

        func prepare() async throws {
            prepared.withLock { $0 += 1 }
            switch state.withLock({ $0 }) {
            case .well: break
            case .away: throw DependencyUnavailable("nobody answers")
            case .refusing: throw FinalError("the token was revoked")
            }
        }

        func run(_ params: ProbeParams, in context: HandlerContext) async throws -> Outcome {
            guard state.withLock({ $0 }) == .well else { throw DependencyUnavailable("nobody answers", wait: .milliseconds(50)) }
            return .complete(nil)
        }

        func become(_ new: State) { state.withLock { $0 = new } }
    }

    private func withDependent(
        _ state: Dependent.State, _ body: (TaskScheduler, Dependent, EventRecorder) async throws -> Void
    ) async throws {
        try await withMusterDatabase { database in
            let events = EventRecorder()
            var settings = SchedulerSettings.quick
            // Far longer than the test: what is seen sooner was seen for another reason.
            settings.prepareInterval = .seconds(3600)
            let scheduler = try database.scheduler(actions: [ActionDefinition(Probe.self)], settings: settings, events: events)
            let handler = Dependent(state)
            var handlers = HandlerRegistry()
            try handlers.register(handler)
            try await database.withWorker(scheduler, handlers: handlers) { _ in try await body(scheduler, handler, events) }
        }
    }

    @Test func `a process starts while what its handlers need is away, and is covered`() async throws {
        try await withDependent(.away) { scheduler, handler, _ in
            let report = try await scheduler.rollCall()
            #expect(report.coverage(of: Probe.name)?.state == .covered)
            #expect(report.findings.map(\.kind) == [.dependencyUnreachable])
            // Taken, not parked, and it waits without losing its only attempt.
            var request = try TaskRequest(Probe.self, ProbeParams())
            request.maxAttempts = 1
            let submitted = try await scheduler.submit(request)
            #expect(!submitted.isParked)
            try await eventually("a reason") { try await scheduler.task(submitted.id)?.reason == "snoozed: nobody answers" }
            handler.become(.well)
            let task = try await scheduler.wait(for: submitted.id, status: .complete)
            #expect(task.attempt == 1 && task.failures == 0)
            try await eventually("a clean roll") { try await scheduler.rollCall().findings.isEmpty }
        }
    }

    @Test func `an attempt that finds something away has the handlers asked again, and is told once`() async throws {
        try await withDependent(.well) { scheduler, handler, events in
            handler.become(.away)
            let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
            try await eventually("a finding") { try await scheduler.rollCall().findings.map(\.kind) == [.dependencyUnreachable] }
            handler.become(.refusing)
            try await eventually("a refusal") { try await scheduler.rollCall().findings.map(\.kind) == [.handlerNotReady] }
            try await scheduler.wait(for: id, status: .parked)
            // A good answer is remembered for a second.
            try await eventually("a refused submission") {
                do {
                    _ = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams()))
                    return false
                } catch let error as SchedulerError {
                    return error.code == .noHandler
                }
            }
            handler.become(.well)
            let task = try await scheduler.wait(for: id, status: .complete)
            #expect(task.attempt == 1 && task.failures == 0)
            let told = events.all.count { if case .dependencyUnavailable(_, "nobody answers") = $0 { true } else { false } }
            #expect(told == 1)
        }
    }
}

import Postgres
import Scheduler
import SchedulerTesting
import Synchronization
import Testing

/// What the database's moods do to tasks, callers and the readiness probe.
@Suite(.timeLimit(.minutes(3)))
struct MoodTests {
    @Test func `a read-only database costs a task that saves its progress no attempt, callers nothing, and the process its readiness`()
        async throws
    {  // I5, I8
        try await withMusterDatabase { database in
            let ledger = ProbeLedger()
            let tries = Mutex(0)
            let scheduler = try database.scheduler(actions: Probes.actions + [ActionDefinition(Saving.self)])
            var handlers = try Probes.handlers(ledger)
            try handlers.register(SavingHandler(ledger: ledger) { tries.withLock { $0 += 1 } })
            try await database.withWorker(scheduler, ledger: ledger, handlers: handlers) { running in
                var request = try TaskRequest(Saving.self, ProbeParams())
                request.maxAttempts = 1
                let id = try await scheduler.submit(request).id
                try await eventually("it runs") { running.worker.readiness().active == 1 }
                try await eventually("ready") { running.worker.readiness().canClaim }
                try await database.setReadOnly(true)
                ledger.open()
                try await eventually("saving was refused") { tries.withLock { $0 } > 0 }
                try await eventually("not ready") {
                    let refusal = await #expect(throws: SchedulerError.self) {
                        try await scheduler.submit(TaskRequest(Probe.self, ProbeParams()))
                    }
                    #expect(refusal?.code == .databaseUnavailable)
                    return Set(running.worker.readiness().failing).isSuperset(of: ["beating", "submitting"])
                }
                try await database.setReadOnly(false)
                let task = try await scheduler.wait(for: id, status: .complete)
                #expect(task.failures == 0 && task.crashes == 0)
                #expect(task.interruptions == 1)
                // No session that was opened meanwhile stays read-only.
                let next = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                try await scheduler.wait(for: next, status: .complete)
                try await eventually("ready again") {
                    let now = running.worker.readiness()
                    return now.failing.isEmpty && now.canClaim
                }
            }
        }
    }

    /// Changes a table that a worker writes to; the two can deadlock, and PostgreSQL then undoes one of them.
    private func change(_ script: String, _ database: TestDatabase) async throws {
        try await eventually("the change of the schema", timeout: .seconds(30)) {
            do {
                try await database.client.withConnection { try await $0.script(script) }
                return true
            } catch let error as PostgresError where error.isRetryable {
                return false
            }
        }
    }

    @Test func `a database that answers and takes no outcome costs the process its readiness, until it does`() async throws {  // I8
        try await withMusterDatabase { database in
            let ledger = ProbeLedger()
            ledger.open()
            var settings = SchedulerSettings.quick
            settings.deadAfter = .seconds(10)
            let scheduler = try database.scheduler(settings: settings)
            try await database.withWorker(scheduler, ledger: ledger) { running in
                try await eventually("ready") { running.worker.readiness().canClaim }
                try await change(
                    """
                    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = '42501'; END $$;
                    CREATE TRIGGER refuse BEFORE INSERT ON muster.done FOR EACH ROW EXECUTE FUNCTION refuse();
                    """, database)
                let request = try TaskRequest(Probe.self, ProbeParams())
                let ids = try await scheduler.submit(Array(repeating: request, count: 6000)).map(\.id)
                // What cannot be stored waits here, and nothing more is claimed: no round is done any more.
                try await eventually("not ready", timeout: .seconds(60)) {
                    let now = running.worker.readiness()
                    return now.failing == ["reporting"] && !now.canClaim
                }
                try await change("DROP TRIGGER refuse ON muster.done", database)
                try await eventually("ready again", timeout: .seconds(60)) {
                    let now = running.worker.readiness()
                    return now.failing.isEmpty && now.canClaim
                }
                for id in [ids[0], ids[5999]] { try await scheduler.wait(for: id, status: .complete) }
            }
        }
    }

    @Test func `a value that PostgreSQL has no place for ends the task at once`() async throws {  // I9
        try await withMusterDatabase { database in
            let ledger = ProbeLedger()
            let scheduler = try database.scheduler(actions: [ActionDefinition(Saving.self)])
            var handlers = HandlerRegistry()
            try handlers.register(SavingHandler(ledger: ledger, key: "room:\0") {})
            ledger.open()
            try await database.withWorker(scheduler, ledger: ledger, handlers: handlers) { _ in
                let id = try await scheduler.submit(TaskRequest(Saving.self, ProbeParams())).id
                let task = try await scheduler.wait(for: id, status: .failed)
                #expect(task.attempt == 1)
                #expect(task.error?.contains("22021") == true)
            }
        }
    }
}

/// Waits until the ledger is opened, then saves a checkpoint.
private enum Saving: Action {
    typealias Params = ProbeParams
    static let name: ActionName = "saving_probe"
    static let summary = "Saves a checkpoint"
    static let defaults = Probe.defaults
}

private struct SavingHandler: Handler {
    typealias HandledAction = Saving
    let ledger: ProbeLedger
    var key: String?
    let refused: @Sendable () -> Void

    func run(_ params: ProbeParams, in context: HandlerContext) async throws -> Outcome {
        await ledger.waitDeaf()
        do {
            if let key { _ = try await context.acquire(key) }
            try await context.save(checkpoint: 1)
        } catch {
            refused()
            throw error
        }
        return .complete(nil)
    }
}

import Foundation
import Logging
import Postgres
import Redis
import Scheduler
import SchedulerTesting
import Testing

/// What a worker does when its world breaks.
@Suite(.timeLimit(.minutes(3)))
struct FaultTests {
    @Test func `a worker outlives a restart of the database and completes what it holds`() async throws {  // I8
        try await RestartableServer.with { server in
            let database = server.database
            let events = EventRecorder()
            let scheduler = try database.scheduler(events: events)
            let ledger = ProbeLedger()
            try await database.withWorker(scheduler, ledger: ledger) { _ in
                let held = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(name: "held", behave: "gate"))).id
                try await events.first("started") { if case .attemptStarted(held, _, _) = $0 { true } else { false } }
                await server.stop()
                ledger.open()
                try await eventually("the handler ended") { ledger.completed["held"] == 1 }
                try await server.start()
                let task = try await scheduler.wait(for: held, status: .complete)
                #expect(task.attempt == 1)
                #expect(task.crashes == 0)
                let next = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                try await scheduler.wait(for: next, status: .complete)
            }
            #expect(ledger.started["held"] == 1)
        }
    }

    @Test func `a process that cannot renew its heartbeat stops its handlers, and joins anew`() async throws {  // I7
        try await RestartableServer.with { server in
            let database = server.database
            let events = EventRecorder()
            let scheduler = try database.scheduler(settings: .mortal, events: events)
            let ledger = ProbeLedger()
            try await database.withWorker(scheduler, ledger: ledger) { running in
                let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(name: "held", behave: "hang"))).id
                try await events.first("started") { if case .attemptStarted(id, _, _) = $0 { true } else { false } }
                await server.stop()
                try await events.first("fenced") { if case .selfFenced = $0 { true } else { false } }
                try await eventually("no handler runs") { running.worker.readiness().active == 0 }
                #expect(!running.worker.readiness().isMember)
                try await server.start()
                try await eventually("the task runs again", timeout: .seconds(20)) { ledger.started["held"] == 2 }
                #expect(running.worker.readiness().isMember)
                let task = try #require(try await scheduler.task(id))
                #expect(task.attempt == 1)
                #expect(task.failures == 0)
                #expect(task.interruptions + task.crashes == 1)
                _ = try await scheduler.cancel(id, requestedBy: nil)
                try await scheduler.wait(for: id, status: .cancelled)
            }
        }
    }

    @Test func `a heartbeat that hangs does not keep the handlers running`() async throws {  // I7
        try await withMusterDatabase { database in
            let events = EventRecorder()
            let scheduler = try database.scheduler(settings: .mortal, events: events)
            try await database.withWorker(scheduler) { running in
                let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "hang"))).id
                try await events.first("started") { if case .attemptStarted(id, _, _) = $0 { true } else { false } }
                // Somebody holds the process's row: every heartbeat waits for it.
                try await database.client.transaction { connection in
                    _ = try connection.run(LockProcesses())
                    try await events.first("fenced") { if case .selfFenced = $0 { true } else { false } }
                    try await eventually("no handler runs") { running.worker.readiness().active == 0 }
                }
                try await eventually("the worker is back", timeout: .seconds(30)) { running.worker.readiness().isMember }
                _ = try await scheduler.cancel(id, requestedBy: nil)
                try await scheduler.wait(for: id, status: .cancelled)
            }
        }
    }

    @Test func `a worker that is cancelled rather than shut down gives its claims back`() async throws {  // I5
        try await withMusterDatabase { database in
            let events = EventRecorder()
            let scheduler = try database.scheduler(events: events)
            let worker = Worker(
                scheduler: scheduler, handlers: try Probes.handlers(ProbeLedger()),
                identity: ProcessIdentity(instance: "main", version: "test"), database: database.workerConfiguration,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await worker.start()
            let running = Task { try await worker.run() }
            let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(behave: "hang"))).id
            try await events.first("started") { if case .attemptStarted(id, _, _) = $0 { true } else { false } }
            running.cancel()
            try await running.value
            let task = try #require(try await scheduler.task(id))
            #expect(task.status == .scheduled)
            #expect(task.interruptions == 1)
            #expect(task.crashes == 0)
            let states = try await scheduler.processes().map(\.state)
            #expect(states == [.stopped])
        }
    }

    @Test func `tasks of a process that died run elsewhere`() async throws {  // I8
        try await withMusterDatabase { database in
            let events = EventRecorder()
            let topology = Topology(instances: ["a", "b", "main"], runBackgroundTasksOn: ["a", "b"])
            let scheduler = try database.scheduler(topology: topology, settings: .mortal, events: events)
            let ids = try await scheduler.submit((0..<5).map { _ in try TaskRequest(Probe.self, ProbeParams()) }).map(\.id)
            // A process that claims and is never heard of again.
            try await database.client.withConnection {
                try await $0.script(
                    """
                    INSERT INTO muster.process (incarnation, instance, host, place, pid, version, config_digest, state, started_at, beat_at)
                    VALUES ('00000000-0000-0000-0000-00000000000a', 'a', 'gone', 'gone', 1, 'test', '', 'running', now(), now());
                    WITH r AS (DELETE FROM muster.ready RETURNING *)
                    INSERT INTO muster.active
                    SELECT id, run_at, now(), '00000000-0000-0000-0000-00000000000a', action, priority, 1, 0, 0, 0, keyed FROM r;
                    """)
            }
            try await database.withWorker(scheduler, instance: "b") { _ in
                try await events.first("death") { if case .processDied(instance: "a", _) = $0 { true } else { false } }
                for id in ids {
                    let task = try await scheduler.wait(for: id, status: .complete)
                    #expect(task.attempt == 2)
                    #expect(task.crashes == 1)
                    #expect(task.instance == "b")
                }
            }
        }
    }

    @Test func `every connection cut again and again loses no task and runs none twice at once`() async throws {  // I1, I8
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            let ledger = ProbeLedger()
            try await database.withWorker(scheduler, ledger: ledger) { _ in
                var ids: [TaskID] = []
                for round in 0..<5 {
                    let requests = try (0..<40).map { try TaskRequest(Probe.self, ProbeParams(name: "r\(round)t\($0)")) }
                    ids += try await resubmitting { try await scheduler.submit(requests).map(\.id) }
                    try await TestServer.shared.admin().withConnection {
                        try await $0.script(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE datname = '\(database.name)' AND application_name LIKE 'test worker%'
                            """)
                    }
                }
                for id in ids {
                    let task = try await scheduler.wait(for: id, status: .complete)
                    #expect(task.crashes == 0)
                }
                #expect(ids.count == 200)
            }
        }
    }

    @Test func `a claim whose answer was lost is given back and runs`() async throws {  // I8
        try await withMusterDatabase { database in
            let events = EventRecorder()
            let scheduler = try database.scheduler(events: events)
            try await database.withWorker(scheduler) { _ in
                let id = try await database.client.withConnection { blocker in
                    // A claim reads progress; whoever polls, submits or reconciles does not. So it is the claim that waits, and is cut.
                    try await blocker.script("BEGIN; LOCK TABLE muster.progress")
                    let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                    let admin = try await TestServer.shared.admin()
                    var waiting: [Int32] = []
                    try await eventually("the claim waits") {
                        waiting = try await admin.execute(WaitingClaims(database: database.name))
                        return !waiting.isEmpty
                    }
                    // What the store would hold had the claim been committed.
                    try await database.script(
                        """
                        WITH r AS (DELETE FROM muster.ready RETURNING *)
                        INSERT INTO muster.active
                        SELECT r.id, r.run_at, now(), p.incarnation, r.action, r.priority, 1, 0, 0, 0, r.keyed FROM r, muster.process p;
                        """)
                    for pid in waiting {
                        try await admin.withConnection { try await $0.script("SELECT pg_terminate_backend(\(pid), 5000)") }
                    }
                    try await blocker.script("ROLLBACK")
                    return id
                }
                try await events.first("release") { if case .forgottenClaimsReleased(1) = $0 { true } else { false } }
                let task = try await scheduler.wait(for: id, status: .complete)
                #expect(task.attempt == 1)
                #expect(task.interruptions == 1)
            }
        }
    }

    @Test func `wake-ups over Redis start a task long before the next poll`() async throws {
        let redis = try await TestRedis.shared()
        try await withMusterDatabase { database in
            var settings = SchedulerSettings.quick
            settings.pollInterval = .seconds(60)
            let client = RedisClient(
                RedisConfiguration(path: redis.path), logger: Logger(label: "redis") { _ in SwiftLogNoOpLogHandler() })
            let scheduler = TaskScheduler(
                client: database.client, catalogue: try Catalogue(Probes.actions), topology: Topology(), settings: settings,
                channel: RedisWakeUps(client: client, name: database.name), events: EventRecorder())
            try await database.withWorker(scheduler) { _ in
                for _ in 0..<3 {
                    let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                    try await scheduler.wait(for: id, status: .complete)
                }
            }
            await client.shutdown()
        }
    }

    @Test func `a key that another attempt holds is waited for without a slot`() async throws {  // I10
        try await withMusterDatabase { database in
            var settings = SchedulerSettings.quick
            settings.concurrency = 2
            let events = EventRecorder()
            let scheduler = try database.scheduler(settings: settings, events: events)
            let ledger = ProbeLedger()
            try await database.withWorker(scheduler, ledger: ledger) { _ in
                let holder = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams(name: "holder", behave: "key", key: "room:!a")))
                    .id
                try await events.first("started") { if case .attemptStarted(holder, _, _) = $0 { true } else { false } }
                let waiters = try await scheduler.submit(
                    (0..<3).map { try TaskRequest(Probe.self, ProbeParams(name: "w\($0)", behave: "key", key: "room:!a")) })
                let other = try await scheduler.submit(TaskRequest(OtherProbe.self, ProbeParams())).id
                try await scheduler.wait(for: other, status: .complete)
                #expect(ledger.completed.keys.sorted() == ["\(other)"])
                ledger.open()
                for waiter in waiters {
                    let task = try await scheduler.wait(for: waiter.id, status: .complete)
                    #expect(task.attempt == 1)
                }
            }
        }
    }
}

/// Submits once more when the connection was cut: the answer to a cut submission is unknown, and a test may not lose count.
private func resubmitting<R: Sendable>(_ submit: () async throws -> R) async throws -> R {
    for _ in 0..<20 {
        do { return try await submit() } catch let error as SchedulerError where error.code == .databaseUnavailable {}
    }
    return try await submit()
}

extension TestDatabase {
    fileprivate func script(_ sql: String) async throws { try await client.withConnection { try await $0.script(sql) } }
}

private struct LockProcesses: Statement {
    static let name = "lock_processes"
    static let sql = "SELECT FROM muster.process FOR UPDATE"
}

/// The server processes that were sent a claim and wait for a lock.
private struct WaitingClaims: Statement {
    static let name = "waiting_claims"
    static let sql = """
        SELECT pid FROM pg_stat_activity
        WHERE datname = $1::text AND application_name = 'test worker claims' AND wait_event_type = 'Lock'
        """
    let database: String

    func bind(_ binds: inout Binds) { binds.add(database) }
    static func decode(_ row: inout RowReader) throws -> Int32 { try row.next() }
}

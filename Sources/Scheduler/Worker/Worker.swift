public import Logging
public import Postgres
public import ServiceLifecycle

/// One member of the fleet: answers the roll call, claims the tasks that its routes give it, runs their handlers, tells how they ended.
///
/// Call ``start()`` first: it refuses when this process has a gap. Then run it in a `ServiceGroup`. At a graceful shutdown it takes
/// nothing new, lets running attempts finish for the configured time, then stops them and gives their tasks back untouched (I5); it ends
/// six seconds after that time at the latest, even when the database does not answer. A process that cannot renew its heartbeat for half
/// the dead interval stops its handlers by itself (I7), and joins anew once the database answers.
public final class Worker: Service {
    let scheduler: TaskScheduler
    let membership: Membership
    let attempts: LiveAttempts
    let reporter: Reporter

    let handlers: HandlerRegistry
    private let claimer: Claimer
    private let clients: WorkerClients
    private let runner: AttemptRunner
    let bell: ClaimBell
    let doubts = Doubts()
    private let leaving = Flag()
    private let stopping = StopDeadline()
    private let changed: Signal
    let joined = Signal()

    var settings: SchedulerSettings { scheduler.settings }

    /// A worker over the scheduler's database.
    ///
    /// It opens connections of its own: one for the heartbeat, one to claim, up to two to report; one more listens, on the scheduler's client.
    /// Where the server has too few, they go before the scheduler's own in this order.
    public init(
        scheduler: TaskScheduler, handlers: HandlerRegistry, identity: ProcessIdentity, database: PostgresConfiguration, logger: Logger
    ) {
        self.scheduler = scheduler
        self.handlers = handlers
        let bell = ClaimBell()
        let changed = Signal()
        self.bell = bell
        self.changed = changed
        let clients = WorkerClients(
            database, beside: scheduler.client, heartbeatInterval: scheduler.settings.heartbeatInterval, logger: logger)
        self.clients = clients
        let membership = Membership(client: clients.pulse, scheduler: scheduler, identity: identity)
        self.membership = membership
        let reporter = Reporter(
            client: clients.outcomes, events: scheduler.events, builds: handlers.schemaDigests.mapValues { "\(identity.version) \($0)" },
            mood: scheduler.mood)
        self.reporter = reporter
        let runner = AttemptRunner(
            membership: membership, reporter: reporter, events: scheduler.events, doubts: doubts,
            limit: scheduler.settings.maximumResultBytes,
            logger: logger)
        self.runner = runner
        attempts = LiveAttempts(
            concurrency: scheduler.settings.concurrency, onRoom: { bell.ring() }, onQuiet: { changed.set() },
            run: { await runner.run($0, on: $1, of: $2) })
        claimer = Claimer(
            scheduler: scheduler,
            tasks: ReadyTasks(claims: clients.claims, client: clients.outcomes, settings: scheduler.settings, numbers: scheduler.numbers),
            claims: clients.claims, client: clients.outcomes,
            handlers: handlers, membership: membership, attempts: attempts, runner: runner, reporter: reporter, bell: bell,
            leaving: leaving)
    }

    /// Prepares the handlers, answers the roll call and registers this process.
    ///
    /// - Throws: ``SchedulerError`` with code `roll_call` when this process has a gap of its own, `duplicate_instance` when its name is
    ///   taken by a live process; `findings` has them all.
    public func start() async throws {
        _ = try await scheduler.numbers.all()
        let manifest = await Preparation(handlers: handlers, timeout: settings.prepareTimeout).manifest()
        try await membership.answerRollCall(manifest)
        try await membership.join(manifest)
        joined.set()
        // Only now: a start that is refused leaves no connection behind.
        Task { [clients] in await clients.warmUp() }
    }

    /// Works until shut down.
    public func run() async throws {
        // Not child tasks: their order at the end is the point. The heartbeat and the reports go on while attempts finish.
        // Claims and reports come before handlers: PostgreSQL works meanwhile, and a lane that is late by a millisecond delays nobody.
        let claiming = Task(priority: .high) { await claimer.run(preferring: clients.claims.tasks) }
        let others = [
            Task { await listen() }, Task { await beat() }, Task { await watch() }, Task { await prepareAgain() },
            Task(priority: .high) { await report() }, Task { await letParkedGo() },
        ]
        await untilShutdown()
        // On a Swift task of its own: when this one is cancelled rather than shut down gracefully, claims are given back all the same.
        let isHasty = Task.isCancelled
        await Task { await shutDown(claiming, others, isHasty: isHasty) }.value
    }

    /// Says that a stop has just been asked for; its time runs from here.
    ///
    /// Otherwise it runs from when the worker itself is told to stop: after the services that stop before it.
    public func stopBegins() { stopping.begin(grace: settings.shutdownGracePeriod) }

    private func untilShutdown() async {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled: stop as at a shutdown.
        }
    }

    // All steps share one deadline: a database that says nothing takes from each no more than what is left. What could not be given back
    // by then is taken back from outside.
    private func shutDown(_ claiming: Task<Void, Never>, _ others: [Task<Void, Never>], isHasty: Bool) async {
        stopping.begin(grace: isHasty ? .zero : settings.shutdownGracePeriod)
        stopping.hear()
        leaving.set()
        bell.ring()
        // A claim that is on its way may arrive, and goes back untouched like all that has not begun.
        await wait(for: [claiming], atMost: isHasty ? .seconds(1) : .seconds(3))
        claiming.cancel()
        await wait(for: [claiming], atMost: .seconds(1))
        for waiting in attempts.withdrawAll() { runner.release(waiting) }
        await attempt("leaving the roll", atMost: .seconds(3)) { try await self.membership.drain() }
        let end = isHasty ? ContinuousClock.now : stopping.endOfGrace
        while !attempts.isQuiet, ContinuousClock.now < end {
            await changed.wait(timeout: min(.milliseconds(200), ContinuousClock.now.duration(to: end)))
        }
        for running in attempts.all { running.stop(.shutdown) }
        let last = ContinuousClock.now.advanced(by: stopping.left(atMost: .seconds(2)))
        while !attempts.isQuiet, ContinuousClock.now < last { await changed.wait(timeout: .milliseconds(50)) }
        attempts.close()
        await reporter.waitUntilIdle(atMost: stopping.left(atMost: .seconds(3)))
        await attempt("giving claims back", atMost: .seconds(5)) { _ = try await self.membership.leave() }
        for task in others { task.cancel() }
        await wait(for: others, atMost: .seconds(5))
        await clients.shutdown(within: stopping.left(atMost: .seconds(10)))
    }

    private func wait(for tasks: [Task<Void, Never>], atMost limit: Duration) async {
        await Patience.first(within: stopping.left(atMost: limit), else: ()) {
            for task in tasks { await task.value }
        }
    }

    private func report() async {
        await reporter.run(
            onReported: { settled in
                attempts.remove(settled.attempts)
                // Released tasks are there for others; and a limited action has room again, for whoever waits for it, here too: without a
                // channel nobody would tell.
                let limits = scheduler.settings.limits
                let hasRoom = !limits.isEmpty && settled.attempts.contains { limits[$0.action] != nil }
                if settled.goesOn || hasRoom { bell.hint() }
                if settled.hasParked {
                    // A build that can read the params may be there already.
                    scheduler.duties.rollChanged()
                    scheduler.wakeUps.send(.rollCall)
                }
                if settled.released > 0 || hasRoom { scheduler.wakeUps.send(.work) }
            }, onRoom: bell.ring)
    }

    // Bounded: a database that is away must not hold up the exit; the claims are then taken back from outside.
    func attempt(_ doing: String, atMost limit: Duration, _ work: @escaping @Sendable () async throws -> Void) async {
        let limit = stopping.left(atMost: limit)
        let trouble = await Patience.first(within: limit, else: "\(TimedOut(after: limit))" as String?) {
            do {
                try await work()
                return nil
            } catch {
                return "\(error)"
            }
        }
        if let trouble { scheduler.events.record(.databaseTrouble(doing: doing, reason: trouble)) }
    }

    private func listen() async {
        await scheduler.channel.listen { [self] hint in
            switch hint {
            case .work: bell.hint()
            case .cancel(let id): cancel([id])
            case .rollCall: scheduler.duties.rollChanged()
            case .missed:
                bell.hint()
                scheduler.duties.rollChanged()
            }
        }
    }

    private func cancel(_ ids: [TaskID]) {
        for id in ids {
            guard let attempt = attempts[id], attempt.reason == nil, !attempt.isClosed else { continue }
            Task { await runner.stop(attempt, .cancelRequested, of: attempts) }
        }
    }
}

extension Worker {
    // The heartbeat, until cancelled.
    private func beat() async {
        let pause = Signal()
        var hasFailed = false
        while !Task.isCancelled {
            // One that failed is due: the interval must not pass once more before it is tried again.
            await pause.wait(timeout: hasFailed ? settings.heartbeatInterval / 5 : settings.heartbeatInterval)
            if Task.isCancelled { return }
            do {
                guard membership.isMember else {
                    if !leaving.isSet { try await rejoin() }
                    hasFailed = false
                    scheduler.mood.went(.beating)
                    continue
                }
                let beat = try await withTimeout(settings.heartbeatInterval) { try await self.membership.beat() }
                guard let ids = beat else {
                    fence()
                    continue
                }
                cancel(ids)
                hasFailed = false
                scheduler.mood.went(.beating)
            } catch is CancellationError {
                return
            } catch {
                membership.stumble()
                hasFailed = true
                scheduler.mood.failed(.beating)
                scheduler.events.record(.databaseTrouble(doing: "renewing the heartbeat", reason: "\(error)"))
            }
        }
    }

    // Looks at the age of the heartbeat, whatever its statement is waiting for (I7), until cancelled.
    private func watch() async {
        let pause = Signal()
        while !Task.isCancelled {
            let left = settings.deadAfter / 2 - membership.sinceLastBeat
            if membership.isMember, left <= .zero { fence() }
            await pause.wait(timeout: left > .zero ? left : settings.heartbeatInterval)
        }
    }

    // Stops every handler: their claims are lost, or will be before anything they write arrives.
    private func fence() {
        membership.fence()
        scheduler.events.record(.selfFenced(instance: membership.identity.instance, incarnation: membership.incarnation))
        // What has not begun goes back as soon as the store answers; it may be somebody else's by then.
        for waiting in attempts.withdrawAll() { runner.release(waiting) }
        for running in attempts.all where !running.isClosed { Task { await runner.stop(running, .claimLost, of: attempts) } }
    }

    // What the old incarnation still holds goes back first, so that nobody waits for a process that lives under another number.
    private func rejoin() async throws {
        let manifest = await Preparation(handlers: handlers, timeout: settings.prepareTimeout).manifest()
        // Handlers that wind down keep their claims and keys until they have stopped, and what had ended before the fence fell still
        // counts: unless somebody else has it by then, because the store declared this process dead.
        let end = ContinuousClock.now.advanced(by: AttemptRunner.patience + .seconds(1))
        while !attempts.isQuiet, ContinuousClock.now < end { await changed.wait(timeout: .milliseconds(100)) }
        await reporter.waitUntilIdle(atMost: .seconds(10))
        _ = try await withTimeout(.seconds(10)) { try await self.membership.leave() }
        // Asked only now: an exit that began meanwhile must not leave a new incarnation behind.
        if leaving.isSet { return }
        try await withTimeout(settings.deadAfter * 2) { try await self.membership.join(manifest) }
        if leaving.isSet { return await attempt("leaving the roll", atMost: .seconds(5)) { _ = try await self.membership.leave() } }
        joined.set()
        bell.hint()
    }

    // Beside the heartbeat, because there may be millions of parked tasks; until cancelled.
    private func letParkedGo() async {
        while !Task.isCancelled {
            await joined.wait(timeout: .seconds(3600))
            guard !Task.isCancelled, membership.isMember else { continue }
            do {
                try await scheduler.unpark()
            } catch is CancellationError {
                return
            } catch {
                // The roll call at the next turn does it again.
                scheduler.events.record(.databaseTrouble(doing: "letting parked tasks go on", reason: "\(error)"))
                scheduler.duties.rollChanged()
            }
        }
    }
}

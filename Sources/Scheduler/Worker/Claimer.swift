import Foundation
import Logging
import Postgres

/// Takes due tasks whenever there is room for them, and hands their attempts to the lanes.
///
/// Claims go on while lanes work: the next batch is asked for before the last one is used up, and while tasks come thick and fast it is on
/// its way while attempts are made of the last. ``ClaimPace`` says when and how many, ``ReadyTasks`` knows the statements.
struct Claimer: Sendable {
    let scheduler: TaskScheduler
    let tasks: ReadyTasks
    let claims: PostgresClient
    let client: PostgresClient
    let handlers: HandlerRegistry
    let membership: Membership
    let attempts: LiveAttempts
    let runner: AttemptRunner
    let reporter: Reporter
    let bell: ClaimBell
    let leaving: Flag

    /// How often forgotten claims are looked for even when nothing went wrong.
    private var reconcileInterval: Duration { settings.heartbeatInterval * 6 }

    private var settings: SchedulerSettings { scheduler.settings }

    /// What is remembered from one step to the next.
    private struct Memory {
        var pace: ClaimPace
        var scope: (version: Int, scope: ClaimScope)?
        var reconciledAt = ContinuousClock.now
        var mustReconcile = false
        var backoff = Backoff()
    }

    /// Claims until the process leaves or the Swift task is cancelled.
    ///
    /// - Parameter thread: where the connection for claims lives: what a single task waits for then happens there, and wakes no other thread
    ///   on its way. Under load the pool takes over, because there the thread waits for the next claim.
    func run(preferring thread: (any TaskExecutor)?) async {
        await withTaskExecutorPreference(thread) { await run() }
    }

    private func run() async {
        var memory = Memory(pace: ClaimPace(settings: settings, now: .now))
        while !Task.isCancelled, !leaving.isSet {
            do {
                let isRound = try await step(&memory)
                memory.backoff.reset()
                if isRound { scheduler.mood.wentRound(.claiming) }
            } catch is CancellationError {
                return
            } catch {
                memory.mustReconcile = true
                memory.pace.hint()
                scheduler.mood.failed(.claiming)
                scheduler.events.record(.databaseTrouble(doing: "claiming tasks", reason: "\(error)"))
                await bell.wait(atMost: memory.backoff.next())
            }
        }
    }

    // Returns false when this process may not claim now: as not a member, or because outcomes wait that the database does not take.
    private func step(_ memory: inout Memory) async throws -> Bool {
        giveBackOverdue(&memory.pace)
        guard membership.isMember, !reporter.isFull else {
            await bell.wait(atMost: settings.pollInterval)
            return false
        }
        if memory.mustReconcile || memory.reconciledAt.duration(to: .now) > reconcileInterval {
            try await reconcile()
            memory.mustReconcile = false
            memory.reconciledAt = .now
        }
        if bell.takeHint() { hint(&memory) }
        switch memory.pace.step(attempts.count, now: .now) {
        case .look:
            let look = try await tasks.look(at: scope(&memory).actions, belowCrashes: belowCrashes(memory.pace))
            memory.pace.looked(anyReady: look.anyReady, again: look.again, now: .now)
        case .claim(let limit):
            try await claim(limit, &memory)
        case .wait(let ahead, let room, let time):
            attempts.tellRoom(ahead: ahead, atLeast: room)
            // While something waits for a lane, somebody has to see when it waits too long.
            await bell.wait(atMost: attempts.count.waiting > 0 ? min(time, ClaimAhead.patience / 4) : time)
        }
        return true
    }

    /// Asked before each claim and each look; what is held only grows by claims.
    private func belowCrashes(_ pace: ClaimPace) -> Int16 { pace.suspicion.mostCrashes(holdsLastChance: holdsLastChance(pace)) }

    private func holdsLastChance(_ pace: ClaimPace) -> Bool {
        attempts.count.suspects > 0 && attempts.holds { pace.suspicion.isLastChance(crashes: $0.crashes) }
    }

    private func hint(_ memory: inout Memory) {
        memory.pace.hint()
        tasks.hint()
    }

    private func scope(_ memory: inout Memory) async throws -> ClaimScope {
        let (version, manifest) = membership.versionedManifest
        if let known = memory.scope, known.version == version { return known.scope }
        let scope = ClaimScope(
            manifest: manifest, instance: membership.identity.instance, scheduler: scheduler, handlers: handlers,
            numbers: try await scheduler.numbers.all())
        memory.scope = (version, scope)
        return scope
    }

    private func reconcile() async throws {
        let released = try await Reconciler(claims: claims, client: client, membership: membership, attempts: attempts).reconcile()
        if released > 0 { scheduler.events.record(.forgottenClaimsReleased(count: released)) }
    }

    /// What one claim brought, before attempts are made of it.
    private struct Batch: Sendable {
        var rows: [ClaimTasks.Row]
        var incarnation: UUID
        var arrivedAt: ContinuousClock.Instant
    }

    // Claims, and goes on claiming for as long as there is room: the server works on the next claim while this process takes in the last.
    private func claim(_ limit: Int, _ memory: inout Memory) async throws {
        let scope = try await scope(&memory)
        let crashes = belowCrashes(memory.pace)
        var batch = try await batch(scope, limit, crashes)
        memory.pace.claimed(batch.rows.count, of: limit, now: batch.arrivedAt)
        if let more = next(after: batch, &memory) {
            batch = try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await goOn(more, after: batch, scope, crashes, &memory)
            }
        }
        await take(attempts(of: batch, scope), &memory.pace)
    }

    // Returns the last batch, which is still to be taken in.
    private func goOn(
        _ limit: Int, after first: Batch, _ scope: ClaimScope, _ crashes: Int16, _ memory: inout Memory
    ) async throws -> Batch {
        var batch = first
        var limit: Int? = limit
        while let more = limit {
            async let following = self.batch(scope, more, crashes)
            await take(attempts(of: batch, scope), &memory.pace)
            batch = try await following
            memory.pace.claimed(batch.rows.count, of: more, now: batch.arrivedAt)
            limit = next(after: batch, &memory)
        }
        return batch
    }

    // How many to claim beside the taking in of a batch: nil when anything else comes first, and always beside a suspect (I5).
    private func next(after batch: Batch, _ memory: inout Memory) -> Int? {
        guard !batch.rows.isEmpty, !batch.rows.contains(where: { $0.crashes > 0 }), !leaving.isSet, !Task.isCancelled,
            membership.isMember, batch.incarnation == membership.incarnation, memory.scope?.version == membership.versionedManifest.0,
            !reporter.isFull
        else { return nil }
        if bell.takeHint() { hint(&memory) }
        var count = attempts.count
        count.waiting += batch.rows.count
        guard case .claim(let limit) = memory.pace.step(count, now: .now) else { return nil }
        return limit
    }

    private func batch(_ scope: ClaimScope, _ limit: Int, _ belowCrashes: Int16) async throws -> Batch {
        let incarnation = membership.incarnation
        let began = ContinuousClock.now
        let rows = try await tasks.claim(of: scope.actions, limit: limit, incarnation: incarnation, belowCrashes: belowCrashes)
        let now = ContinuousClock.now
        scheduler.mood.wentRound(.claiming)
        if !rows.isEmpty { scheduler.events.record(.claimed(count: rows.count, seconds: began.duration(to: now).secondsAsDouble)) }
        return Batch(rows: rows, incarnation: incarnation, arrivedAt: now)
    }

    private func attempts(of batch: Batch, _ scope: ClaimScope) -> [LiveAttempt] {
        let limit = settings.maximumResultBytes
        return batch.rows.compactMap { row in
            scope[row.action].map { work in
                LiveAttempt(
                    claim: row, work: work, incarnation: batch.incarnation, claimedAt: batch.arrivedAt, client: client,
                    clock: membership.clock, limit: limit, onClaimLost: { $0.stop(.claimLost) })
            }
        }
    }

    // The answer may have come after the fence fell, or after the process was stopped for a while: then no lane begins anything of it.
    private func take(_ claimed: [LiveAttempt], _ pace: inout ClaimPace) async {
        guard !claimed.isEmpty else { return }
        let holdsLastChance = holdsLastChance(pace)
        let fates = pace.judge(crashes: claimed.lazy.map(\.crashes), free: attempts.count.free, holdsLastChance: holdsLastChance)
        guard let fates else { return add(claimed) { _ in true } }
        // Suspects: nothing waits beside them, and they wait beside nothing. What goes back is gone before any of them begins: a process that
        // dies counts a crash against all that it holds.
        let withdrawn = attempts.withdrawAll()
        for attempt in withdrawn { runner.release(attempt) }
        let starting = zip(claimed, fates).filter { $1 == .start }.map(\.0)
        let returning = zip(claimed, fates).filter { $1 != .start }
        add(returning.map(\.0)) { _ in false }
        for (attempt, fate) in returning { runner.release(attempt, for: fate == .wait ? Suspicion.wait : .zero) }
        let gone = Set((withdrawn + returning.map(\.0)).map(ObjectIdentifier.init))
        let areGone = await reporter.wait(atMost: ClaimAhead.patience) { !attempts.holds { gone.contains(ObjectIdentifier($0)) } }
        add(starting) { _ in areGone }
        if !areGone { for attempt in starting { runner.release(attempt) } }
    }

    private func add(_ claimed: [LiveAttempt], mayStart: (Int) -> Bool) {
        for attempt in attempts.add(claimed, mayStart: mayStart) { attempt.stop(.claimLost) }
    }

    private func giveBackOverdue(_ pace: inout ClaimPace) {
        guard let since = attempts.waitingSince, since.duration(to: .now) > ClaimAhead.patience else { return }
        for attempt in attempts.withdrawAll() { runner.release(attempt) }
        pace.overdue(attempts.count, now: .now)
    }
}

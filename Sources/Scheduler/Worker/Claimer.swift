import Foundation
import Logging
import Postgres

/// Takes due tasks whenever there is room for them, and hands their attempts to the lanes.
///
/// Claims go on while lanes work: the next batch is asked for before the last one is used up. ``ClaimPace`` says when and how many,
/// ``ReadyTasks`` knows the statements.
struct Claimer: Sendable {
    let scheduler: TaskScheduler
    let tasks: ReadyTasks
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
    func run() async {
        var memory = Memory(pace: ClaimPace(settings: settings, now: .now))
        while !Task.isCancelled, !leaving.isSet {
            do {
                try await step(&memory)
                memory.backoff.reset()
            } catch is CancellationError {
                return
            } catch {
                memory.mustReconcile = true
                memory.pace.hint()
                scheduler.events.record(.databaseTrouble(doing: "claiming tasks", reason: "\(error)"))
                await bell.wait(atMost: memory.backoff.next())
            }
        }
    }

    private func step(_ memory: inout Memory) async throws {
        giveBackOverdue(&memory.pace)
        guard membership.isMember, !reporter.isFull else { return await bell.wait(atMost: settings.pollInterval) }
        if memory.mustReconcile || memory.reconciledAt.duration(to: .now) > reconcileInterval {
            try await reconcile()
            memory.mustReconcile = false
            memory.reconciledAt = .now
        }
        if bell.takeHint() {
            memory.pace.hint()
            tasks.hint()
        }
        switch memory.pace.step(attempts.count, now: .now) {
        case .look:
            let look = try await tasks.look(at: scope(&memory).actions)
            memory.pace.looked(anyReady: look.anyReady, again: look.again, now: .now)
        case .claim(let limit):
            let scope = try await scope(&memory)
            let count = try await claim(scope, limit, &memory.pace)
            memory.pace.claimed(count, of: limit, now: .now)
        case .wait(let ahead, let room, let time):
            attempts.tellRoom(ahead: ahead, atLeast: room)
            // While something waits for a lane, somebody has to see when it waits too long.
            await bell.wait(atMost: attempts.count.waiting > 0 ? min(time, ClaimAhead.patience / 4) : time)
        }
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
        let released = try await Reconciler(client: client, membership: membership, attempts: attempts).reconcile()
        if released > 0 { scheduler.events.record(.forgottenClaimsReleased(count: released)) }
    }

    private func claim(_ scope: ClaimScope, _ limit: Int, _ pace: inout ClaimPace) async throws -> Int {
        let incarnation = membership.incarnation
        let began = ContinuousClock.now
        let rows = try await tasks.claim(of: scope.actions, limit: limit, incarnation: incarnation)
        guard !rows.isEmpty else { return 0 }
        let now = ContinuousClock.now
        scheduler.events.record(.claimed(count: rows.count, seconds: began.duration(to: now).secondsAsDouble))
        let claimed = rows.compactMap { row in
            scope[row.action].map { work in
                LiveAttempt(
                    claim: row, work: work, incarnation: incarnation, claimedAt: now, client: client,
                    limit: settings.maximumResultBytes,
                    onClaimLost: { $0.stop(.claimLost) })
            }
        }
        take(claimed, &pace)
        return rows.count
    }

    // The answer may have come after the fence fell, or after the process was stopped for a while: then no lane begins anything of it.
    private func take(_ claimed: [LiveAttempt], _ pace: inout ClaimPace) {
        let free = attempts.count.free
        let suspicion = pace.suspicion
        let fates = pace.judge(
            crashes: claimed.lazy.map(\.crashes), free: free,
            holdsLastChance: attempts.holds { suspicion.isLastChance(crashes: $0.crashes) })
        if fates != nil {
            // Suspects: nothing waits beside them, and they wait beside nothing.
            for attempt in attempts.withdrawAll() { runner.release(attempt) }
        }
        let lost = attempts.add(claimed) { index in fates.map { $0[index] == .start } ?? true }
        for attempt in lost { attempt.stop(.claimLost) }
        for (attempt, fate) in zip(claimed, fates ?? []) where fate != .start {
            runner.release(attempt, for: fate == .wait ? Suspicion.wait : .zero)
        }
    }

    private func giveBackOverdue(_ pace: inout ClaimPace) {
        guard let since = attempts.waitingSince, since.duration(to: .now) > ClaimAhead.patience else { return }
        for attempt in attempts.withdrawAll() { runner.release(attempt) }
        pace.overdue(attempts.count, now: .now)
    }
}

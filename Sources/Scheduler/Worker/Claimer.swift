import Foundation
import Logging
import Postgres

/// Takes due tasks whenever slots are free, and starts their attempts.
struct Claimer: Sendable {
    let scheduler: TaskScheduler
    let claims: PostgresClient
    let client: PostgresClient
    let handlers: HandlerRegistry
    let membership: Membership
    let attempts: LiveAttempts
    let reporter: Reporter
    let wakeUp: Signal
    let logger: Logger

    /// At most so many tasks in one statement.
    private static let batchLimit = 1000
    /// How many deferred tasks are made ready in one statement.
    private static let promotionLimit = 1000

    /// How often forgotten claims are looked for even when nothing went wrong.
    private var reconcileInterval: Duration { settings.heartbeatInterval * 6 }

    private var settings: SchedulerSettings { scheduler.settings }

    /// Claims until cancelled.
    func run() async {
        var backoff = Backoff()
        var reconciledAt = ContinuousClock.now
        var mustReconcile = false
        while !Task.isCancelled {
            do {
                if membership.isMember, mustReconcile || reconciledAt.duration(to: .now) > reconcileInterval {
                    try await reconcile()
                    mustReconcile = false
                    reconciledAt = .now
                }
                let wait = try await round()
                backoff.reset()
                if let wait { await wakeUp.wait(timeout: wait) }
            } catch is CancellationError {
                return
            } catch {
                mustReconcile = true
                scheduler.events.record(.databaseTrouble(doing: "claiming tasks", reason: "\(error)"))
                await wakeUp.wait(timeout: backoff.next())
            }
        }
    }

    private func reconcile() async throws {
        let reconciler = Reconciler(client: client, membership: membership, attempts: attempts, reporter: reporter)
        let released = try await reconciler.reconcile()
        if released > 0 { scheduler.events.record(.forgottenClaimsReleased(count: released)) }
    }

    // One look: promotes what is due, claims what fits. Gives back how long to wait; nil to look again at once.
    private func round() async throws -> Duration? {
        let free = settings.concurrency - attempts.count
        guard membership.isMember, free > 0, !reporter.isFull else { return settings.pollInterval }
        let numbers = try await scheduler.numbers.all()
        let ready = membership.manifest.filter(\.ready).map(\.action)
        let routed = ready.filter { action in
            scheduler.catalogue[action].map { scheduler.topology.route(of: $0).contains(membership.identity.instance) } ?? false
        }
        let mine = routed.compactMap { numbers[$0] }.sorted()
        guard let due = try await client.execute(PollDue(actions: mine)).first else { return settings.pollInterval }
        let isPromotionDue = due.nextDueMilliseconds.map { $0 <= 0 } ?? false
        if isPromotionDue { _ = try await client.execute(PromoteDue(limit: Self.promotionLimit)) }
        guard due.anyReady || isPromotionDue, !mine.isEmpty else { return sleep(until: due.nextDueMilliseconds) }
        let limit = min(free, Self.batchLimit)
        let claimed = try await claim(mine, limit, names: Dictionary(numbers.map { ($1, $0) }) { first, _ in first })
        // Fewer than asked for: nothing is left, or others hold it.
        return claimed == limit ? nil : claimed > 0 || isPromotionDue ? .milliseconds(1) : sleep(until: due.nextDueMilliseconds)
    }

    private func sleep(until nextDueMilliseconds: Int64?) -> Duration {
        guard let next = nextDueMilliseconds, next > 0 else { return settings.pollInterval }
        return min(settings.pollInterval, .milliseconds(next))
    }

    private func claim(_ mine: [Int16], _ limit: Int, names: [Int16: ActionName]) async throws -> Int {
        let incarnation = membership.incarnation
        let began = ContinuousClock.now
        let rows = try await claims.execute(
            ClaimTasks(actions: mine, limit: limit, incarnation: incarnation, deadAfter: settings.deadAfter))
        guard !rows.isEmpty else { return 0 }
        scheduler.events.record(.claimed(count: rows.count, seconds: began.duration(to: .now).secondsAsDouble))
        // The answer may have come after the fence fell, or after the process was stopped for a while: then nothing of it is started, and
        // what the store still holds for this incarnation goes back with it.
        guard membership.mayRun(incarnation) else { return rows.count }
        let unreported = Set(reporter.unreported.map(\.fence))
        for row in rows {
            let fence = AttemptFence(id: row.id, attempt: row.attempt, incarnation: incarnation)
            // A server crash can undo a claim that was not durable. Claimed again by the same attempt, it owns its claim again.
            if unreported.contains(fence) || attempts[TaskID(rawValue: row.id)]?.attempt.fence == fence { continue }
            attempts[TaskID(rawValue: row.id)]?.attempt.stop(.claimLost)
            guard let action = names[row.action], let entry = handlers.entries[action], let definition = scheduler.catalogue[action] else {
                continue
            }
            start(row, entry, definition, incarnation)
        }
        return rows.count
    }

    private func start(_ row: ClaimTasks.Row, _ entry: HandlerRegistry.Entry, _ definition: ActionDefinition, _ incarnation: UUID) {
        let defaults = definition.defaults
        let attempt = LiveAttempt(
            claim: row, action: definition.name, maxAttempts: row.maxAttempts.map(Int.init) ?? defaults.retry.maxAttempts,
            incarnation: incarnation, client: client, limit: settings.maximumResultBytes, onClaimLost: { $0.stop(.claimLost) })
        let runner = AttemptRunner(
            attempt: attempt, policy: defaults.retry, limit: settings.maximumResultBytes, attempts: attempts, reporter: reporter,
            events: scheduler.events)
        attempts.insert(runner)
        var logger = logger
        logger[metadataKey: LogKey.taskID.rawValue] = "\(row.id)"
        logger[metadataKey: LogKey.action.rawValue] = "\(definition.name)"
        logger[metadataKey: LogKey.attempt.rawValue] = "\(row.attempt)"
        let context = HandlerContext(
            taskID: attempt.id, action: definition.name, attempt: Int(row.attempt), resourceID: row.resourceID,
            requestedBy: row.requestedBy,
            createdAt: row.createdAt, deadline: defaults.deadline, logger: logger, state: attempt)
        scheduler.events.record(.attemptStarted(id: attempt.id, action: definition.name, attempt: Int(row.attempt)))
        let params = JSONBytes(utf8: row.params)
        runner.start(deadline: defaults.deadline) { try await entry.run(params, context) }
        if !membership.mayRun(incarnation) { attempt.stop(.claimLost) }
    }
}

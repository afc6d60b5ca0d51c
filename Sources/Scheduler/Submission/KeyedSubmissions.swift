import Postgres

/// Stores tasks with an idempotency key or a unique place, which an open transaction of anybody can hold for as long as it likes.
///
/// They share statements among themselves, never with tasks that wait for nobody. A statement waits only for a moment. When a key is held
/// for longer, its callers try again one at a time, each for a moment, and in between they hold no connection: so no held key delays
/// whoever does not ask for it by more than such a moment.
struct KeyedSubmissions: Sendable {
    private let client: PostgresClient
    private let together: SingleSubmissions
    private let inTurn = OneAtATime()
    private let limit: Duration

    /// How long a statement waits for a key: longer than a commit takes.
    private static let moment = Duration.milliseconds(20)
    /// The same for tasks that are sent again together, which is dear.
    private static let momentOfMany = Duration.milliseconds(100)
    private static let longestPause = Duration.milliseconds(250)

    /// - Parameter limit: how long to try; as long as a statement may run by default
    init(client: PostgresClient, wakeUps: WakeUpSender, limit: Duration = .seconds(30)) {
        self.client = client
        together = SingleSubmissions(client: client, wakeUps: wakeUps, patience: Self.moment)
        self.limit = limit
    }

    /// Stores one task and says what became of it.
    func submit(_ item: SubmitTasks.Item) async throws -> SubmitTasks.Row {
        do {
            return try await together.submit(item)
        } catch  where Self.isHeld(error) {
            return try await untilFree([item], Self.moment)[0]
        }
    }

    /// Stores tasks, all or none.
    func submit(_ items: [SubmitTasks.Item]) async throws -> [SubmitTasks.Row] {
        do {
            return try await LeanestSubmission.store(items, client, patience: Self.moment)
        } catch  where Self.isHeld(error) {
            return try await untilFree(items, Self.momentOfMany)
        }
    }

    // What waited in vain has stored nothing: it is safe to send again.
    private func untilFree(_ items: [SubmitTasks.Item], _ patience: Duration) async throws -> [SubmitTasks.Row] {
        let end = ContinuousClock.now.advanced(by: limit)
        var backoff = Backoff()
        while true {
            try await ContinuousClock().sleep(for: min(backoff.next(), Self.longestPause))
            do {
                return try await inTurn.run { try await LeanestSubmission.store(items, client, patience: patience) }
            } catch  where Self.isHeld(error) {
                guard ContinuousClock.now < end else {
                    throw SchedulerError(
                        .databaseUnavailable,
                        "An open transaction has held a key of this submission for \(limit.components.seconds) seconds. Try again.")
                }
            }
        }
    }

    // SQLSTATE 55P03, lock_not_available.
    private static func isHeld(_ error: any Error) -> Bool { (error as? PostgresError)?.sqlState == "55P03" }
}

import Postgres

/// Outcomes that the server refused while it took others, or might have: they are tried again apart, and so hold up nobody.
///
/// One that holds a value which no server takes ends at once; any other after ``Refusals/most`` refusals. Its task fails then, with that
/// reason, because nothing else of it can be written.
struct OutcomesAside: Sendable {
    private struct Item: Sendable {
        var ended: Reporter.Ended
        var refusals = Refusals()
        var next: ContinuousClock.Instant
    }

    private var items: [Int: Item] = [:]
    private var last = 0
    /// How many outcomes the database has taken so far.
    var taken = 0

    /// At most so many are tried again between two batches.
    private static let atOnce = 50

    var count: Int { items.count }

    /// Those whose time has come.
    func due(at now: ContinuousClock.Instant) -> [Int] {
        items.isEmpty ? [] : Array(items.filter { $0.value.next <= now }.keys.prefix(Self.atOnce))
    }

    /// How long until the next one's time comes; nil when there is none.
    func untilDue(at now: ContinuousClock.Instant) -> Duration? {
        items.values.map(\.next).min().map { max(now.duration(to: $0), .milliseconds(1)) }
    }

    /// Whether the server looked at the statement and did not want it: no trouble that passes by itself, and none of the connection.
    ///
    /// A statement that ran into its time limit counts as well: a row that somebody holds must not hold up the others.
    static func isRefusal(_ error: PostgresError) -> Bool {
        guard error.sqlState != nil, !error.isUnavailable, !error.isRetryable else { return false }
        return error.code == .server || error.code == .timeout
    }

    /// Takes in an outcome that was refused for the first time.
    mutating func add(
        _ ended: Reporter.Ended, _ error: PostgresError, _ writer: OutcomeWriter, _ settled: inout Reporter.Settled
    ) async throws {
        try await refused(Item(ended: ended, next: .now), error, as: last, writer, &settled)
        last += 1
    }

    /// Tries one again.
    mutating func tryAgain(_ number: Int, _ writer: OutcomeWriter, _ settled: inout Reporter.Settled) async throws {
        guard let item = items[number] else { return }
        do {
            try await writer.write([item.ended], &settled)
            taken += 1
            items[number] = nil
        } catch let error as PostgresError where Self.isRefusal(error) {
            try await refused(item, error, as: number, writer, &settled)
        }
    }

    private mutating func refused(
        _ refused: Item, _ error: PostgresError, as number: Int, _ writer: OutcomeWriter, _ settled: inout Reporter.Settled
    ) async throws {
        var item = refused
        let attempt = item.ended.attempt
        item.refusals.refused(taken: error.code == .timeout ? nil : taken)
        item.next = .now + item.refusals.wait
        items[number] = item
        guard Self.isAboutTheRow(error) || item.refusals.isFinal else {
            return writer.events.record(.databaseTrouble(doing: "reporting one outcome", reason: "\(error)"))
        }
        writer.events.record(.outcomeRefused(id: attempt.id, action: attempt.action, reason: error.message))
        var plain = item.ended
        plain.verdict = .end(status: .failed, result: nil, error: "Its outcome could not be stored: \(error.message)")
        do {
            try await writer.write([plain], &settled)
        } catch let error as PostgresError where Self.isRefusal(error) && !item.refusals.isFinal {
            return
        } catch let error as PostgresError where Self.isRefusal(error) {
            // Nothing more can be said of it. Its claim stays until this process leaves, and then somebody runs it again.
            writer.events.record(.outcomeRefused(id: attempt.id, action: attempt.action, reason: error.message))
        }
        items[number] = nil
    }

    // Only what the server says of the values themselves.
    private static func isAboutTheRow(_ error: PostgresError) -> Bool {
        error.isValueRefused || (error.code == .server && error.sqlState?.hasPrefix("54") == true)
    }
}

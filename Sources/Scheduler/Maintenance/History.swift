import Postgres

/// Retention: partitions ahead of time, old ones dropped, and row by row what no dropped partition takes along.
extension TaskScheduler {
    /// The most rows that a partition's drop moves aside.
    private static let mostKept = 10_000
    /// The most rows that one statement removes.
    private static let piece = 1000

    /// Lets waits count from now where the clock was set back, makes partitions ahead, and removes finished tasks whose retention has passed, with what else outlived its purpose.
    func sweep() async throws {
        let retention = settings.retention
        while !Task.isCancelled, try await client.execute(SetBackDeferred(limit: Self.mostKept)).first ?? 0 >= Self.mostKept {}
        _ = try await unlessLocked { try await client.execute(AddPartitions(width: retention.partitionWidth, mostMoved: Self.mostKept)) }
        var removed = 0
        for partition in try await client.execute(ListPartitions(shortest: retention.shortest)) where !Task.isCancelled {
            if partition.mayBeDue, try await drop(partition.label) { continue }
            if partition.mayBeDue || !retention.brief.isEmpty { removed += try await sweep(partition.label, retention) }
        }
        removed += try await sweep("default", retention)
        if removed > 0 { events.record(.swept(count: removed)) }
        while !Task.isCancelled, try await client.execute(SweepOrphans(limit: Self.piece)).first ?? 0 >= Self.piece {}
        _ = try await client.execute(SweepLeftovers(retention: retention))
    }

    private func drop(_ label: String) async throws -> Bool {
        let drop = DropPartition(label: label, retention: settings.retention, mostKept: Self.mostKept)
        guard let answer = try await unlessLocked({ try await client.execute(drop) }) else { return true }
        guard let kept = answer.first ?? nil else { return false }
        events.record(.historyDropped(partition: label, kept: Int(kept)))
        return true
    }

    // Nil when somebody has read the history for longer than we wait, a backup perhaps: another turn comes.
    private func unlessLocked<Row>(_ work: () async throws -> [Row]) async throws -> [Row]? {
        do {
            return try await work()
        } catch let error as PostgresError where error.sqlState == "55P03" {
            return nil
        }
    }

    private func sweep(_ label: String, _ retention: RetentionPolicy) async throws -> Int {
        var removed = 0
        while !Task.isCancelled {
            let count = try await Int(
                client.execute(SweepPartition(label: label, retention: retention, limit: Self.piece)).first ?? 0)
            removed += count
            if count < Self.piece { break }
        }
        return removed
    }
}

extension RetentionPolicy {
    /// The shortest of the three: nothing younger can be due.
    var shortest: Duration { min(complete, failed, cancelled) }

    /// Retentions so short that waiting for a whole partition would keep tasks for twice as long.
    var brief: [Duration] { [complete, failed, cancelled].filter { $0 < .seconds(86_400) } }

    /// How much time one partition holds: few partitions keep statements cheap, small ones let history go on time.
    ///
    /// A day, a week or four weeks, so that what has completed lies in about three partitions.
    var partitionWidth: Duration {
        let day = Duration.seconds(86_400)
        return complete <= day * 2 ? day : complete <= day * 14 ? day * 7 : day * 28
    }
}

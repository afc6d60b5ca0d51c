import Foundation

/// Tasks wait; one worker process starts and works them all off.
///
/// Measured from its start until the store shows all of them complete.
struct DrainRun: Sendable {
    /// Tasks that are worked off.
    var tasks: Int
    /// Tasks that wait behind those and are left.
    var backlog = 0
    var paramsBytes: Int
    var worker: WorkerOptions
    /// How many parts the rate is told for.
    var parts = 5
    /// Whether an old snapshot is held open from before the start.
    var holdsSnapshot = false

    /// Fills a fresh database and drains it.
    func run(on server: BenchmarkServer) async throws -> RunOutcome {
        try await server.withDatabase { database in
            try await database.fill(tasks + backlog, paramsBytes: paramsBytes)
            return try await drain(database)
        }
    }

    /// Drains what is there.
    func drain(_ database: BenchmarkDatabase) async throws -> RunOutcome {
        guard holdsSnapshot else { return try await measure(database) }
        return try await database.withOldSnapshot { try await measure(database) }
    }

    private func measure(_ database: BenchmarkDatabase) async throws -> RunOutcome {
        var options = worker
        options.mark = max(1, tasks / parts)
        let (configured, mark) = (options, options.mark)
        let before = try await ServerUsage.read(database)
        return try await WorkerProcess.with(configured, on: database) { process in
            let began = try await process.starting()
            let clientBefore = ProcessUsage.cpuSeconds(of: process.id) ?? 0
            var marks: [Int64] = [began]
            _ = try await process.handled(mark * parts) { _, at in marks.append(at) }
            let ended = try await end(database)
            let clientAfter = ProcessUsage.cpuSeconds(of: process.id) ?? 0
            let resident = ProcessUsage.residentMiB(of: process.id)
            let after = try await ServerUsage.read(database)
            if backlog == 0 { try await verify(database) }
            let seconds = Double(ended - began) / 1e9
            var outcome = RunOutcome(tasks: tasks, seconds: seconds, from: before, to: after, clientSeconds: clientAfter - clientBefore)
            outcome.parts = zip(marks, marks.dropFirst()).map { Double(mark) * 1e9 / Double(max(1, $1 - $0)) }
            outcome.residentMiB = resident
            if let claims = after.statement(containing: StatementMark.claim, since: before) {
                outcome.figures["tasks_per_claim"] = Double(claims.rows) / Double(claims.calls)
                outcome.figures["claim_ms"] = claims.milliseconds / Double(claims.calls)
            }
            return outcome
        }
    }

    // All handlers have begun; what is left is their outcomes. With a backlog behind, the worker goes on and there is no such moment.
    private func end(_ database: BenchmarkDatabase) async throws -> Int64 {
        guard backlog == 0 else { return MonotonicTime.now }
        while try await database.client.execute(AnyActive()).first == true { try await Task.sleep(for: .milliseconds(2)) }
        return MonotonicTime.now
    }

    private func verify(_ database: BenchmarkDatabase) async throws {
        let complete = try await database.client.execute(CountComplete()).first ?? 0
        guard complete == tasks else {
            throw BenchmarkError("Of \(tasks) tasks \(complete) are complete after the drain; the figure would be wrong.")
        }
    }
}

extension BenchmarkDatabase {
    /// Holds a snapshot with a transaction id open meanwhile, as a forgotten session does: nothing that is deleted can be removed.
    func withOldSnapshot<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
        try await client.withConnection { connection in
            try await connection.script(SetUpScript.openOldSnapshot)
            let value = try await body()
            try await connection.script(SetUpScript.closeOldSnapshot)
            return value
        }
    }
}

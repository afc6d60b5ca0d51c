import Postgres

/// Reads what the roll call judges, and calls it.
struct RollReader: Sendable {
    let client: PostgresClient
    let catalogue: Catalogue
    let topology: Topology
    let settings: SchedulerSettings

    /// The registered processes with their manifests, newest first.
    func processes(withHistory: Bool) async throws -> [ProcessRecord] {
        let rows = try await StoreFailure.wrapping("reading the processes") {
            try await client.execute(ListProcesses(deadAfter: settings.deadAfter, withHistory: withHistory))
        }
        var processes: [ProcessRecord] = []
        for row in rows {
            if processes.last?.incarnation != row.process.incarnation { processes.append(row.process) }
            if let handler = row.handler { processes[processes.count - 1].handlers.append(handler) }
        }
        return processes
    }

    /// Calls the roll.
    func report() async throws -> RollCallReport {
        let live = try await processes(withHistory: false).filter(\.isLive)
        let unfinished = try await StoreFailure.wrapping("calling the roll") { try await client.execute(FindUnfinishedActions()) }
        return RollCall.call(
            catalogue: catalogue, topology: topology, processes: live,
            unfinished: Dictionary(unfinished.map { ($0.name, Int($0.count)) }) { first, _ in first })
    }

    /// Calls the roll for submissions.
    func coverage() async throws -> CoverageAnswer {
        let live = try await processes(withHistory: false).filter(\.isLive)
        let report = RollCall.call(catalogue: catalogue, topology: topology, processes: live, unfinished: [:])
        let uncovered = try await StoreFailure.wrapping("calling the roll") { try await client.execute(FindUncovered()) }
        return CoverageAnswer(
            report: report,
            uncoveredFor: Dictionary(uncovered.map { (ActionName(rawValue: $0.name), .milliseconds($0.milliseconds)) }) { first, _ in first
            })
    }
}

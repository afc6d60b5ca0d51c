import Foundation
import Postgres

/// The duties themselves; each may be done at any time, by anybody, twice.
extension TaskScheduler {
    /// At most so many rows in one statement of a duty.
    private static let duty = 1000

    /// Declares the dead dead and takes back their tasks.
    ///
    /// - Parameters:
    ///   - known: an incarnation that is certainly gone, whatever its heartbeat says
    ///   - mayJudge: whether old heartbeats count as deaths; tasks of those who are dead already are taken back anyway
    ///   - always: whether to look for such tasks although no process has ended of late
    func bury(known: UUID?, mayJudge: Bool = true, always: Bool = true) async throws {
        let isJudging = mayJudge || known != nil
        var dead: [MarkDead.Row] = []
        var trouble: (any Error)?
        do {
            _ = try await client.execute(SetBackHeartbeats(deadAfter: settings.deadAfter))
            if isJudging { dead = try await client.execute(MarkDead(deadAfter: settings.deadAfter, known: known)) }
        } catch let error as PostgresError where known == nil && error.code == .server {
            // Somebody's row is locked, say: tasks of those who are dead already are taken back all the same.
            trouble = error
        }
        for process in dead { events.record(.processDied(instance: process.instance, incarnation: process.incarnation)) }
        let reclaimed = try await client.execute(ReclaimTasks(maximumCrashes: settings.maximumCrashes, always: always || !dead.isEmpty))
        if !reclaimed.isEmpty {
            events.record(.reclaimed(count: reclaimed.count, quarantined: reclaimed.count { $0.ending == "failed" }))
            wakeUps.send(.work)
        }
        if !dead.isEmpty { wakeUps.send(.rollCall) }
        if let trouble { throw trouble }
    }

    /// Declares dead at once those processes beside this one that are certainly gone, instead of waiting for their heartbeat to grow old.
    func buryNeighbours(of identity: ProcessIdentity) async throws {
        for neighbour in try await neighbours(of: identity) where identity.isGone(pid: neighbour.pid, place: identity.place) {
            try await bury(known: neighbour.incarnation)
        }
    }

    /// The processes beside this one.
    func neighbours(of identity: ProcessIdentity) async throws -> [ListNeighbours.Row] {
        try await client.execute(ListNeighbours(place: identity.place))
    }

    /// Parks tasks of actions that nobody can run, and lets those go on that somebody can.
    ///
    /// - Returns: the roll that was called for it, and whether the grace period of an action that no build knows still runs.
    @discardableResult
    func parkAndUnpark() async throws -> (report: RollCallReport, awaitsGrace: Bool) {
        let numbers = try await numbers.all()
        let report = try await rollCall()
        let uncovered = report.coverage.filter { $0.state == .uncovered }
        // Actions of tasks that are there, and that no build which runs has heard of.
        let strange = Set(report.findings.filter { $0.kind == .unknownAction }.compactMap(\.action)).subtracting(numbers.keys).sorted()
        let unknown = strange.isEmpty ? [] : try await client.execute(FindActionNumbers(names: strange.map(\.rawValue)))
        let overdue = try await client.execute(
            MarkUncovered(
                known: (numbers.values + unknown.map(\.id)).sorted(),
                uncovered: uncovered.compactMap { numbers[$0.action] } + unknown.map(\.id), gracePeriod: topology.gracePeriod))
        let certain = uncovered.filter(\.isGapCertain).compactMap { numbers[$0.action] }
        let names = Dictionary(numbers.map { ($1, $0) } + unknown.map { ($0.id, ActionName(rawValue: $0.name)) }) { first, _ in first }
        let gone = Set(overdue + certain).subtracting(unknown.map(\.id))
        try await park(gone.sorted(), names: names)
        try await park(unknown.map(\.id).filter(overdue.contains), names: names, note: "no process that runs knows this action")
        try await unpark(report)
        return (report, !unknown.allSatisfy { overdue.contains($0.id) })
    }

    private func park(_ actions: [Int16], names: [Int16: ActionName], note: String? = nil) async throws {
        while !actions.isEmpty, !Task.isCancelled {
            let parked = try await client.execute(ParkUncovered(actions: actions, limit: Self.duty, note: note))
            for row in parked { events.record(.parked(action: names[row.action] ?? "unknown", count: Int(row.count))) }
            if parked.allSatisfy({ $0.count < Self.duty }) { break }
        }
    }

    /// Lets parked tasks of covered actions go on.
    func unpark() async throws { try await unpark(try await rollCall()) }

    private func unpark(_ report: RollCallReport) async throws {
        let numbers = try await numbers.all()
        let names = Dictionary(numbers.map { ($1, $0) }) { first, _ in first }
        let capable = report.coverage.filter { $0.state == .covered }.flatMap { row in
            numbers[row.action].map { number in row.capable.map { (number, $0) } } ?? []
        }
        while !capable.isEmpty, !Task.isCancelled {
            let unpark = UnparkCovered(
                actions: capable.map(\.0), instances: capable.map(\.1), limit: Self.duty, deadAfter: settings.deadAfter)
            let moved = try await client.execute(unpark)
            for row in moved { events.record(.unparked(action: names[row.action] ?? "unknown", count: Int(row.count))) }
            if !moved.isEmpty { wakeUps.send(.work) }
            if moved.map(\.count).reduce(0, +) < Self.duty { break }
        }
    }

    /// Cancels tasks whose attempt ended before its process heard that it was to be cancelled.
    func cancelMissed() async throws {
        for missed in try await client.execute(FindMissedCancels()) {
            _ = try await client.execute(CancelWaiting(id: TaskID(rawValue: missed.id), requestedBy: missed.requestedBy))
        }
    }
}

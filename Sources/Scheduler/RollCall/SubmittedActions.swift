/// What an action submits belongs to its need: when nobody can run that, the action cannot reach its end either.
///
/// Pure.
enum SubmittedActions {
    /// Makes those rows uncovered whose actions submit, at whatever remove, an action that is uncovered or that this build does not know.
    static func settle(_ rows: [ActionRoll], catalogue: Catalogue) -> [ActionRoll] {
        let own = Dictionary(rows.map { ($0.coverage.action, $0.coverage) }) { first, _ in first }
        return rows.map { row in
            // One that nobody can run anyway needs no second reason.
            guard row.coverage.state != .uncovered else { return row }
            let blocking = needed(by: row.coverage.action, in: catalogue).filter { own[$0]?.state ?? .uncovered == .uncovered }
            guard let first = blocking.first else { return row }
            var row = row
            row.coverage.block(by: first, own[first])
            row.findings += blocking.map { .submitsUncovered(row.coverage.action, submits: $0, own[$0]) }
            return row
        }
    }

    /// All actions that an action cannot do without, the nearest first, without itself.
    private static func needed(by action: ActionName, in catalogue: Catalogue) -> [ActionName] {
        var found: [ActionName] = []
        var looked = 0
        func add(_ names: [ActionName]) { found += names.filter { $0 != action && !found.contains($0) } }
        add(catalogue[action]?.submits ?? [])
        while looked < found.count {
            add(catalogue[found[looked]]?.submits ?? [])
            looked += 1
        }
        return found
    }
}

extension RollCallReport.Coverage {
    /// Notes that an action that this one submits has nobody who can run it.
    mutating func block(by action: ActionName, _ coverage: RollCallReport.Coverage?) {
        let reasons = coverage?.lacking ?? [:]
        let worst = reasons.values.min { $0.rank < $1.rank } ?? .missingHandler
        // Whoever could run this one alone lacks the other.
        for instance in capable { lacking[instance] = reasons[instance] ?? worst }
        lacking.merge(reasons) { own, other in own.rank <= other.rank ? own : other }
        (state, capable, blockedBy) = (.uncovered, [], action)
    }
}

extension Finding {
    static func submitsUncovered(_ action: ActionName, submits: ActionName, _ coverage: RollCallReport.Coverage?) -> Finding {
        let lacking = (coverage?.lacking ?? [:]).sorted { ($0.value.rank, $0.key) < ($1.value.rank, $1.key) }
        let who = lacking.map { "\($0.key) (\($0.value.rawValue))" }.joined(separator: ", ")
        return Finding(
            kind: lacking.first?.value ?? .missingHandler, action: action,
            problem: coverage == nil
                ? "\(action) submits \(submits), which this build does not know."
                : "\(action) submits \(submits), which no live process can run\(who.isEmpty ? "" : ": \(who)").",
            remedy: "Mend that of \(submits) first; \(action) then goes on by itself.")
    }
}

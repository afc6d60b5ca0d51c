import FaultLedger
import Foundation

/// What the evidence says: pure, so that it can be tested against evidence of every crime.
struct Judgement: Sendable {
    /// Tasks that were accepted.
    var tasks = 0
    /// Accepted tasks that are not there, or did not end as they must.
    var lost = 0
    /// Runs that began and did not return.
    var cut = 0
    /// Effects beyond the first of a task.
    var repeated = 0
    /// What broke a promise, a sentence each.
    var violations: [String] = []

    init(_ evidence: Evidence) {
        let runs = Runs(evidence.ledger)
        tasks = evidence.accepted.count
        cut = runs.all.count { !$0.moments.contains(.end) }
        judgeAcceptance(evidence)
        judgeRoutes(evidence)
        judgeOutcomes(evidence, runs)
        judgeEffects(evidence, runs)
    }

    // I1: whatever was accepted is there and has ended; whatever is there was asked for; one label is one task.
    private mutating func judgeAcceptance(_ evidence: Evidence) {
        let rows = Dictionary(evidence.store.map { ($0.id, $0) }) { first, _ in first }
        for (label, id) in evidence.accepted.sorted(by: { $0.key < $1.key }) {
            let expected = (evidence.expected[label] ?? .complete).rawValue
            guard let row = rows[id] else {
                lost += 1
                violations.append("task \(id) (\(label)) was accepted and is not there")
                continue
            }
            if row.status != expected {
                lost += 1
                violations.append("task \(id) (\(label)) is \(row.status), not \(expected): \(row.error ?? "no error")")
            }
        }
        var seen: Set<String> = []
        for row in evidence.store {
            let label = row.label ?? "without a label"
            if evidence.accepted[label] == nil, !evidence.inDoubt.contains(label) {
                violations.append("task \(row.id) (\(label)) is there, and nobody submitted it")
            }
            if !seen.insert(label).inserted { violations.append("two tasks were made of one submission: \(label)") }
        }
    }

    // I2: nothing ran where its route does not lead.
    private mutating func judgeRoutes(_ evidence: Evidence) {
        for entry in evidence.ledger where entry.moment == .start {
            guard let route = evidence.routes[entry.action], !route.contains(entry.instance) else { continue }
            violations.append("task \(entry.task) (\(entry.action)) ran on \(entry.instance), which its route does not name")
        }
    }

    // I4: what the store holds was written by the run that had the claim last, and it had returned.
    private mutating func judgeOutcomes(_ evidence: Evidence, _ runs: Runs) {
        for row in evidence.store where row.status == "complete" {
            guard let last = runs.byTask[row.id]?.last else {
                violations.append("task \(row.id) is complete and never ran")
                continue
            }
            guard let named = row.run else {
                violations.append("task \(row.id) is complete without the result of a run")
                continue
            }
            guard named == last.id else {
                violations.append("task \(row.id) was completed by a run that had lost its claim: another one began after it")
                continue
            }
            if !last.moments.contains(.end) { violations.append("task \(row.id) is complete, but its run never returned") }
            if row.instance != last.instance || row.attempt != last.attempt {
                violations.append("task \(row.id) names another process or attempt than the run that completed it")
            }
        }
    }

    // I8: an effect happens again only where a disturbed process had it, or was cut after it.
    private mutating func judgeEffects(_ evidence: Evidence, _ runs: Runs) {
        let final = Dictionary(evidence.store.map { ($0.id, $0.run) }) { first, _ in first }
        let deaf = Set(evidence.store.filter { $0.label.map(evidence.deaf.contains) ?? false }.map(\.id))
        for (task, tries) in runs.byTask.sorted(by: { $0.key < $1.key }) {
            let effective = tries.filter { $0.moments.contains(.effect) }
            repeated += max(0, effective.count - 1)
            if effective.isEmpty, final[task] ?? nil != nil { violations.append("task \(task) is complete, and has had no effect") }
            for run in effective.dropLast() where run.id != final[task] ?? nil {
                let isDisturbed = evidence.isEveryoneDisturbed || deaf.contains(task) || evidence.disturbed.contains(run.boot)
                if run.moments.contains(.end), !isDisturbed {
                    violations.append("task \(task) had its effect again, although nothing had disturbed \(run.instance)")
                }
            }
        }
        if repeated > evidence.mayRepeat {
            violations.append("\(repeated) effects happened again, more than the bound of \(evidence.mayRepeat)")
        }
    }
}

/// The ledger by run.
struct Runs {
    struct Run {
        let id: UUID
        let task: Int64
        let attempt: Int
        let instance: String
        let boot: UUID
        var moments: Set<Ledger.Moment>
    }

    /// In the order of their start.
    private(set) var all: [Run] = []
    private(set) var byTask: [Int64: [Run]] = [:]

    init(_ ledger: [Ledger.Entry]) {
        let moments = Dictionary(grouping: ledger, by: \.run).mapValues { Set($0.map(\.moment)) }
        for entry in ledger where entry.moment == .start {
            let run = Run(
                id: entry.run, task: entry.task, attempt: entry.attempt, instance: entry.instance, boot: entry.boot,
                moments: moments[entry.run] ?? [])
            all.append(run)
            byTask[entry.task, default: []].append(run)
        }
    }
}

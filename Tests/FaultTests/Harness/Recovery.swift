import FaultLedger
import Foundation
import SchedulerTesting

extension FaultFleet {
    /// How long after a moment the last of these runs' tasks ran again somewhere; waits for it.
    func rerun(_ cut: [Ledger.Entry], after moment: Date, within limit: Duration) async throws -> Duration {
        let tasks = Set(cut.map(\.task))
        let runs = Set(cut.map(\.run))
        var again: [Int64: Date] = [:]
        try await eventually("\(tasks.count) tasks running elsewhere", timeout: limit) {
            again = [:]
            for entry in try await ledger.entries() where entry.moment == .start && tasks.contains(entry.task) && entry.at > moment {
                if !runs.contains(entry.run), again[entry.task] == nil { again[entry.task] = entry.at }
            }
            return again.count == tasks.count
        }
        return .seconds((again.values.max() ?? moment).timeIntervalSince(moment))
    }

    /// How long after a moment half a second passed for the first time in which work ended at the rate at which it comes in; waits for it.
    ///
    /// - Parameter known: tasks that do not count, because they may have been claimed before the fault
    func fullRate(_ rate: Int, after moment: Date, beyond known: Set<Int64> = [], within limit: Duration) async throws -> Duration {
        var found: Date?
        try await eventually("the full rate", timeout: limit) {
            let ends = try await ledger.entries().filter { $0.moment == .end && $0.at > moment && !known.contains($0.task) }.map(\.at)
            let needed = max(1, rate * 9 / 20)
            for (index, start) in ends.enumerated() where index + needed - 1 < ends.count {
                if ends[index + needed - 1].timeIntervalSince(start) <= 0.5 {
                    found = start
                    return true
                }
            }
            return false
        }
        return .seconds(max(0, (found ?? moment).timeIntervalSince(moment)))
    }
}

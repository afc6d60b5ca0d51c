import Foundation

/// Where claims begin: for each line the lowest place at which a task may still stand unclaimed, as far as this process knows.
///
/// Without it every claim begins at the left end of `ready_claim`, and while a long transaction keeps the index entries of claimed tasks
/// from being removed, it walks over all of them. A look raises the floor to the first task that it saw, a claim to the last one that it
/// took. Tasks can come to stand below the floor: a lower key was committed late, a claim was released or taken back, a task was unparked,
/// another process promoted it. They are found by the next *full* look, which begins at the left end and lowers the floor to what it
/// finds. ``LookBudget`` says when one is due.
struct ClaimFloor: Sendable {
    /// A look on its way: where it begins, and where the floor was then.
    struct Look: Sendable {
        let starts: [ClaimStart]
        fileprivate let floors: [ClaimLine: ClaimKey]
    }

    /// What is committed later than its `run_at` by less than this is seen without a full look, also in a line that was empty.
    static let slack: TimeInterval = 0.1

    private var floors: [ClaimLine: ClaimKey] = [:]

    /// The floor of a line.
    subscript(line: ClaimLine) -> ClaimKey { floors[line] ?? .lowest }

    /// Where a claim from these lines begins.
    func starts(in lines: [ClaimLine]) -> [ClaimStart] { lines.map { ClaimStart(line: $0, key: self[$0]) } }

    /// Begins a look at these lines: from their floors, or a full one from their left ends.
    func look(at lines: [ClaimLine], isFull: Bool) -> Look {
        Look(starts: isFull ? lines.map { ClaimStart(line: $0, key: .lowest) } : starts(in: lines), floors: floors)
    }

    /// Takes in what a look found: the first task of each line that had any.
    ///
    /// Claims may have gone on meanwhile.
    ///
    /// - Parameter clock: the database's time when it looked
    mutating func take(_ found: [ClaimStart], of look: Look, clock: Date) {
        let first = Dictionary(found.map { ($0.line, $0.key) }) { one, _ in one }
        let horizon = ClaimKey(runAt: clock.addingTimeInterval(-Self.slack), id: .min)
        for line in look.starts.map(\.line) {
            let before = look.floors[line] ?? .lowest
            let now = self[line]
            if let key = first[line], key < before {
                floors[line] = min(key, now)
            } else if now >= before {
                floors[line] = max(now, first[line] ?? horizon)
            }
            // Otherwise it was lowered meanwhile: something was put back that this look may have been too early to see.
        }
    }

    /// Takes in what a claim took, in any order.
    mutating func take(claimed: some Sequence<ClaimStart>) {
        // Claims come line by line as a rule: the last place of each is enough.
        var last: ClaimStart?
        for start in claimed {
            if let one = last, one.line == start.line {
                if one.key < start.key { last = start }
            } else {
                if let one = last { raise(to: one) }
                last = start
            }
        }
        if let one = last { raise(to: one) }
    }

    private mutating func raise(to start: ClaimStart) { floors[start.line] = max(self[start.line], start.key) }

    /// Lowers the floor to what this process itself has put back.
    mutating func lower(to start: ClaimStart) { floors[start.line] = min(self[start.line], start.key) }
}

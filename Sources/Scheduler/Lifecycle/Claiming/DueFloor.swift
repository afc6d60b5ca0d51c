import Foundation

/// Where looks for deferred tasks begin: the time before which none may still wait, as far as this process knows.
///
/// What ``ClaimFloor`` is for a line, for the tasks that wait for a time, and by the same rule: without it every look walks over what a long
/// transaction keeps of the tasks that were promoted before. It stays a little behind the database's clock, because a task that is
/// deferred next may be due before every one that waits. What is committed later than that is found by the next full look.
struct DueFloor: Sendable {
    /// A look on its way.
    struct Look: Sendable {
        let from: Date
        fileprivate let look: ClaimFloor.Look
    }

    private static let line = ClaimLine(action: 0, priority: 0)

    private var floor = ClaimFloor()

    /// Where a look begins that is not a full one.
    var runAt: Date { floor[Self.line].runAt }

    /// Begins a look from the floor, or a full one.
    func look(isFull: Bool) -> Look {
        Look(from: isFull ? ClaimKey.lowest.runAt : runAt, look: floor.look(at: [Self.line], isFull: isFull))
    }

    /// Takes in when the first task is due that a look found; nil for none.
    mutating func take(_ first: Date?, of look: Look, clock: Date) {
        let latest = clock.addingTimeInterval(-ClaimFloor.slack)
        let found = first.map { ClaimStart(line: Self.line, key: ClaimKey(runAt: min($0, latest), id: .min)) }
        floor.take([found].compactMap(\.self), of: look.look, clock: clock)
    }
}

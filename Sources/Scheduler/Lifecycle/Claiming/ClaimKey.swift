import Foundation

/// The tasks that stand in one line: those of one action with one priority.
struct ClaimLine: Hashable, Sendable {
    let action: Int16
    let priority: Int16

    /// Every priority that a task can have.
    static let priorities: ClosedRange<Int16> = 0...9

    /// All lines of these actions.
    static func all(of actions: [Int16]) -> [ClaimLine] {
        actions.flatMap { action in priorities.map { ClaimLine(action: action, priority: $0) } }
    }
}

/// A place in a line: tasks are claimed by `run_at`, then by id.
struct ClaimKey: Comparable, Hashable, Sendable {
    let runAt: Date
    let id: Int64

    /// Before every task.
    static let lowest = ClaimKey(runAt: Date(timeIntervalSinceReferenceDate: -.infinity), id: .min)

    static func < (one: ClaimKey, other: ClaimKey) -> Bool {
        one.runAt == other.runAt ? one.id < other.id : one.runAt < other.runAt
    }
}

/// Where in a line a look or a claim begins.
struct ClaimStart: Hashable, Sendable {
    var line: ClaimLine
    var key: ClaimKey
}

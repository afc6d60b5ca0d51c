import Foundation
import Testing

@testable import Scheduler

/// Where claims begin, told by what looks and claims brought.
struct ClaimFloorTests {
    private static let line = ClaimLine(action: 1, priority: 5)
    private static let other = ClaimLine(action: 2, priority: 0)
    private static let base = Date(timeIntervalSinceReferenceDate: 800_000_000)

    private static func key(_ second: Double, _ id: Int64 = 1) -> ClaimKey { ClaimKey(runAt: base.addingTimeInterval(second), id: id) }

    private static func start(_ second: Double, _ id: Int64 = 1) -> ClaimStart { ClaimStart(line: line, key: key(second, id)) }

    private func floor(at second: Double) -> ClaimFloor {
        var floor = ClaimFloor()
        floor.take(claimed: [Self.start(second)])
        return floor
    }

    @Test func `a process that knows nothing begins at the left end`() {
        #expect(ClaimFloor().starts(in: [Self.line]) == [ClaimStart(line: Self.line, key: .lowest)])
    }

    @Test func `keys are ordered by time, then by id`() {
        #expect(Self.key(1, 9) < Self.key(2, 1))
        #expect(Self.key(1, 1) < Self.key(1, 2))
        #expect(ClaimKey.lowest < ClaimKey(runAt: .distantPast, id: .min))
    }

    @Test func `a claim raises the floor to the last task that it took, in its own line alone`() {
        var floor = ClaimFloor()
        floor.take(claimed: [Self.start(3), Self.start(1), Self.start(2)])
        #expect(floor[Self.line] == Self.key(3))
        #expect(floor[Self.other] == .lowest)
    }

    @Test func `a look raises the floor to the first task that it saw`() {
        var floor = floor(at: 1)
        floor.take([Self.start(4)], of: floor.look(at: [Self.line], isFull: false), clock: Self.base.addingTimeInterval(10))
        #expect(floor[Self.line] == Self.key(4))
    }

    @Test func `a full look lowers the floor to a task that came late`() {
        var floor = floor(at: 5)
        let look = floor.look(at: [Self.line], isFull: true)
        #expect(look.starts == [ClaimStart(line: Self.line, key: .lowest)])
        floor.take([Self.start(2)], of: look, clock: Self.base.addingTimeInterval(10))
        #expect(floor[Self.line] == Self.key(2))
    }

    @Test func `an empty line's floor stays a little behind the database's clock`() {
        var floor = floor(at: 1)
        floor.take([], of: floor.look(at: [Self.line], isFull: true), clock: Self.base.addingTimeInterval(10))
        #expect(floor[Self.line] < Self.key(10))
        #expect(floor[Self.line] > Self.key(9.8))
        floor.take([], of: floor.look(at: [Self.line], isFull: true), clock: Self.base.addingTimeInterval(5))
        #expect(floor[Self.line] > Self.key(9.8), "a clock that went back lowers nothing")
    }

    @Test func `a look that claims have overtaken lowers nothing`() {
        var floor = floor(at: 1)
        let look = floor.look(at: [Self.line], isFull: true)
        floor.take(claimed: [Self.start(7)])
        floor.take([Self.start(3)], of: look, clock: Self.base.addingTimeInterval(10))
        #expect(floor[Self.line] == Self.key(7))
    }

    @Test func `a full look finds a late task although claims have overtaken it`() {
        var floor = floor(at: 5)
        let look = floor.look(at: [Self.line], isFull: true)
        floor.take(claimed: [Self.start(7)])
        floor.take([Self.start(3)], of: look, clock: Self.base.addingTimeInterval(10))
        #expect(floor[Self.line] == Self.key(3))
    }

    @Test func `what this process puts back is above the floor at once, and no look on its way hides it`() {
        var floor = floor(at: 5)
        let look = floor.look(at: [Self.line], isFull: true)
        floor.lower(to: Self.start(2))
        floor.take([], of: look, clock: Self.base.addingTimeInterval(10))
        #expect(floor[Self.line] == Self.key(2))
    }
}

/// When a full look is due.
struct LookBudgetTests {
    private let now = ContinuousClock.now

    @Test func `the first one is due at once`() { #expect(LookBudget().wait(at: now) == .zero) }

    @Test func `one that cost nothing is repeated after 20 ms`() {
        var budget = LookBudget()
        budget.spend(.microseconds(100), at: now)
        #expect(budget.wait(at: now) == .milliseconds(20))
        #expect(budget.wait(at: now.advanced(by: .milliseconds(20))) == .zero)
    }

    @Test func `a dear one waits for ten times what it cost, at most five seconds`() {
        var budget = LookBudget()
        budget.spend(.milliseconds(300), at: now)
        #expect(budget.wait(at: now) == .seconds(3))
        budget.spend(.seconds(30), at: now)
        #expect(budget.wait(at: now) == .seconds(5))
    }
}

import OwnedThread
import Testing

@testable import Postgres

struct PoolPlanTests {
    private let start = ContinuousClock.now

    private func plan(limit: Int = 2) -> PoolPlan<String> { PoolPlan(limit: limit, patience: .seconds(5)) }

    @Test func `connections are opened only for callers that wait, up to the limit`() {
        var plan = plan()
        #expect(plan.takeIdle() == nil)
        #expect(plan.wait(1, now: start).opens == [.zero])
        #expect(plan.wait(2, now: start).opens == [.zero])
        #expect(plan.wait(3, now: start).opens.isEmpty)
        #expect(plan.opened("a", now: start).served.map(\.0) == [1])
        #expect(plan.opened("b", now: start).served.map(\.0) == [2])
    }

    @Test func `callers are served in the order of their arrival, ahead of newcomers`() {
        var plan = plan(limit: 1)
        _ = plan.wait(1, now: start)
        _ = plan.wait(2, now: start)
        _ = plan.wait(3, now: start)
        #expect(plan.opened("a", now: start).served.map(\.0) == [1])
        #expect(plan.giveBack("a", isReusable: true, now: start).served.map(\.0) == [2])
        #expect(plan.takeIdle() == nil)
        #expect(plan.giveBack("a", isReusable: true, now: start).served.map(\.0) == [3])
        #expect(plan.giveBack("a", isReusable: true, now: start).served.isEmpty)
        #expect(plan.takeIdle() == "a")
    }

    @Test func `a broken connection is closed and replaced for who waits`() {
        var plan = plan(limit: 1)
        _ = plan.wait(1, now: start)
        _ = plan.opened("a", now: start)
        _ = plan.wait(2, now: start)
        let effects = plan.giveBack("a", isReusable: false, now: start)
        #expect(effects.closed == ["a"])
        #expect(effects.served.isEmpty)
        #expect(effects.opens == [.zero])
    }

    @Test func `a broken connection that nobody wants is not replaced`() {
        var plan = plan()
        _ = plan.wait(1, now: start)
        _ = plan.opened("a", now: start)
        _ = plan.giveBack("a", isReusable: true, now: start)
        #expect(plan.dropIdle { $0 == "a" }.closed == ["a"])
        #expect(plan.takeIdle() == nil)
    }

    @Test func `waiting ends after the patience, with the reason`() {
        var plan = plan(limit: 1)
        #expect(plan.wait(1, now: start).timer == start + .seconds(5))
        _ = plan.opened("a", now: start)
        #expect(plan.wait(2, now: start + .seconds(1)).timer == nil)
        let early = plan.timeIsUp(now: start + .seconds(5))
        #expect(early.failed.isEmpty)
        #expect(early.timer == start + .seconds(6))
        let late = plan.timeIsUp(now: start + .seconds(6))
        #expect(late.failed.map(\.0) == [2])
        #expect(late.failed.map(\.1.code) == [.timeout])
        #expect(late.timer == nil)
    }

    @Test func `while the server is away one attempt at a time is made, ever later`() {
        var plan = plan(limit: 5)
        let refused = PostgresError(code: .connectFailed, message: "refused")
        _ = plan.wait(1, now: start)
        _ = plan.wait(2, now: start)
        #expect(plan.openFailed(refused, jitter: 1, now: start).opens.isEmpty)
        #expect(plan.openFailed(refused, jitter: 1, now: start).opens == [.milliseconds(100)])
        #expect(plan.openFailed(refused, jitter: 1, now: start).opens == [.milliseconds(200)])
        #expect(plan.openFailed(refused, jitter: 0, now: start).opens == [.milliseconds(200)])
        let timeout = plan.timeIsUp(now: start + .seconds(5))
        #expect(timeout.failed.map(\.1.message) == ["refused", "refused"])
    }

    @Test func `a newcomer does not hasten the next attempt`() {
        var plan = plan()
        let refused = PostgresError(code: .connectFailed, message: "refused")
        _ = plan.wait(1, now: start)
        let isGone = plan.abandon(1)
        #expect(isGone)
        #expect(plan.openFailed(refused, jitter: 1, now: start).opens.isEmpty)
        #expect(plan.wait(2, now: start + .milliseconds(20)).opens == [.milliseconds(30)])
    }

    @Test func `a connection that nobody uses is closed after the idle time, the others stay`() {
        var plan = PoolPlan<String>(limit: 2, patience: .seconds(5), idleTime: .seconds(10))
        _ = plan.wait(1, now: start)
        _ = plan.wait(2, now: start)
        _ = plan.opened("a", now: start)
        _ = plan.opened("b", now: start)
        #expect(plan.giveBack("a", isReusable: true, now: start).idleTimer == start + .seconds(10))
        #expect(plan.giveBack("b", isReusable: true, now: start + .seconds(4)).idleTimer == nil)
        // The one that is used again stays.
        #expect(plan.takeIdle() == "b")
        _ = plan.giveBack("b", isReusable: true, now: start + .seconds(6))
        let first = plan.idleTimeIsUp(now: start + .seconds(10))
        #expect(first.closed == ["a"])
        #expect(first.idleTimer == start + .seconds(16))
        let second = plan.idleTimeIsUp(now: start + .seconds(16))
        #expect(second.closed == ["b"])
        #expect(second.idleTimer == nil)
    }

    @Test func `for who goes before, what is idle is given back, or what comes back next`() {
        var plan = plan()
        _ = plan.wait(1, now: start)
        _ = plan.opened("a", now: start)
        #expect(plan.giveBackIdle().closed.isEmpty)
        let owes = plan.owe()
        #expect(owes)
        plan.hold(until: start + .seconds(1))
        _ = plan.wait(2, now: start)
        let effects = plan.giveBack("a", isReusable: true, now: start)
        #expect(effects.closed == ["a"])
        #expect(effects.served.isEmpty)
        // It opens another one only when the other has had its chance.
        #expect(plan.opened("b", now: start + .seconds(1)).served.map(\.0) == [2])
        _ = plan.giveBack("b", isReusable: true, now: start + .seconds(2))
        #expect(plan.giveBackIdle().closed == ["b"])
        let owesNothing = !plan.owe()
        #expect(owesNothing)
    }

    @Test func `a server without a free connection is asked again within a second`() {
        var plan = plan()
        let full = PostgresError(code: .connectFailed, message: "full", sqlState: "53300")
        _ = plan.wait(1, now: start)
        var waits: [Duration] = []
        for _ in 0..<9 { waits += plan.openFailed(full, jitter: 1, now: start).opens }
        #expect(waits.max() == .seconds(1))
    }

    @Test func `a pool that was refused another connection holds one for ten seconds, and then as many as before`() {
        var plan = plan(limit: 4)
        let full = PostgresError(code: .connectFailed, message: "full", sqlState: "53300")
        for waiter in 1...4 { _ = plan.wait(UInt64(waiter), now: start) }
        for connection in ["a", "b", "c"] { _ = plan.opened(connection, now: start) }
        #expect(plan.openFailed(full, jitter: 1, now: start).opens.isEmpty)
        #expect(plan.giveBack("a", isReusable: true, now: start).closed == ["a"])
        #expect(plan.giveBack("b", isReusable: true, now: start).closed == ["b"])
        #expect(plan.giveBack("c", isReusable: true, now: start + .seconds(1)).served.map(\.0) == [4])
        #expect(plan.wait(5, now: start + .seconds(9)).opens.isEmpty)
        #expect(plan.wait(6, now: start + .seconds(10)).opens.count == 1)
        _ = plan.opened("d", now: start + .seconds(10))
        #expect(plan.giveBack("d", isReusable: true, now: start + .seconds(11)).closed.isEmpty)
    }

    @Test func `a wrong password fails everybody at once`() {
        var plan = plan()
        _ = plan.wait(1, now: start)
        _ = plan.wait(2, now: start)
        let wrong = PostgresError(code: .connectFailed, message: "wrong password", sqlState: "28P01")
        #expect(plan.openFailed(wrong, jitter: 1, now: start).failed.map(\.0) == [1, 2])
    }

    @Test func `a caller that gives up is passed over`() {
        var plan = plan(limit: 1)
        _ = plan.wait(1, now: start)
        _ = plan.wait(2, now: start)
        let isGone = plan.abandon(1)
        #expect(isGone)
        #expect(plan.opened("a", now: start).served.map(\.0) == [2])
        let isServed = !plan.abandon(2)
        #expect(isServed)
    }

    @Test func `closing refuses callers and is done when everything has come back`() {
        var plan = plan(limit: 1)
        _ = plan.wait(1, now: start)
        _ = plan.opened("a", now: start)
        _ = plan.wait(2, now: start)
        let closing = plan.close()
        #expect(closing.failed.map(\.1.code) == [.poolClosed])
        #expect(!closing.isDrained)
        let back = plan.giveBack("a", isReusable: true, now: start)
        #expect(back.closed == ["a"])
        #expect(back.isDrained)
        #expect(plan.wait(3, now: start).failed.map(\.1.code) == [.poolClosed])
    }

    @Test func `the back-off doubles from 50 ms to 5 s and keeps half of it at least`() {
        var backoff = Backoff()
        let longest = (0..<9).map { _ in backoff.next(jitter: 1) }
        #expect(longest == [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) })
        #expect(backoff.next(jitter: 0) == .milliseconds(2500))
        backoff.reset()
        #expect(backoff.next(jitter: 0) == .milliseconds(25))
    }
}

import Testing

@testable import Scheduler

/// How long an action at its limit is left alone.
struct LimitPauseTests {
    private let now = ContinuousClock.now

    @Test func `an action at its limit is asked for again when its time has passed`() {
        var pause = LimitPause()
        #expect(pause.allows(1, at: now))
        pause.pause(1, for: .seconds(1), at: now)
        #expect(!pause.allows(1, at: now))
        #expect(pause.allows(2, at: now))
        #expect(pause.wait(for: [1, 2], at: now) == .seconds(1))
        #expect(pause.wait(for: [2], at: now) == nil)
        #expect(pause.allows(1, at: now.advanced(by: .seconds(1))))
    }

    @Test func `a hint brings it forward, but never to more than a hundred times a second`() {
        var pause = LimitPause()
        pause.pause(1, for: .seconds(1), at: now)
        pause.hint()
        pause.hint()
        #expect(!pause.allows(1, at: now.advanced(by: .milliseconds(9))))
        #expect(pause.allows(1, at: now.advanced(by: .milliseconds(10))))
    }

    @Test func `a rate gives back evenly, and collects little`() {
        let rate = ActionLimit.Rate(50, per: .seconds(1))
        #expect(rate.interval == .milliseconds(20))
        #expect(rate.burst == 5)
        #expect(ActionLimit.Rate(6, per: .seconds(3_600)).burst == 1)
    }
}

import Testing

@testable import Scheduler

/// When the claimer looks, claims and waits.
struct ClaimPaceTests {
    private let start = ContinuousClock.now

    private func pace(concurrency: Int = 20) -> ClaimPace {
        var settings = SchedulerSettings()
        settings.concurrency = concurrency
        return ClaimPace(settings: settings, now: start)
    }

    private func count(free: Int, waiting: Int = 0, ended: Int = 0, suspects: Int = 0) -> LiveAttempts.Count {
        LiveAttempts.Count(waiting: waiting, ended: ended, free: free, suspects: suspects)
    }

    /// A pace that has looked and found nothing.
    private func idle() -> ClaimPace {
        var pace = pace()
        #expect(pace.step(count(free: 20), now: start) == .look)
        pace.looked(anyReady: false, again: nil, now: start)
        #expect(pace.step(count(free: 20), now: start) == .claim(20))
        pace.claimed(0, of: 20, now: start)
        return pace
    }

    @Test func `an idle process waits for a hint, and looks once in half as much again as a poll interval`() {
        var pace = idle()
        // The claim that found nothing is followed by one look for what is due soon.
        #expect(pace.step(count(free: 20), now: start) == .wait(ahead: 0, room: .max, atMost: .milliseconds(10)))
        let soon = start + .milliseconds(10)
        #expect(pace.step(count(free: 20), now: soon) == .look)
        pace.looked(anyReady: false, again: nil, now: soon)
        let pause = Duration.seconds(1) * 3 / 2
        #expect(pace.step(count(free: 20), now: soon) == .wait(ahead: 0, room: .max, atMost: pause))
        #expect(pace.step(count(free: 20), now: soon + pause) == .look)
    }

    @Test func `a hint is claimed for at once, without a look before`() {
        var pace = idle()
        pace.hint()
        #expect(pace.step(count(free: 20), now: start + .milliseconds(1)) == .claim(20))
    }

    @Test func `a task that is due earlier than the next poll is looked for at its time`() {
        var pace = idle()
        pace.looked(anyReady: false, again: .milliseconds(300), now: start)
        #expect(pace.step(count(free: 20), now: start) == .wait(ahead: 0, room: .max, atMost: .milliseconds(300)))
        #expect(pace.step(count(free: 20), now: start + .milliseconds(300)) == .look)
    }

    @Test func `without a free lane nothing is claimed, and a lane that gets free is enough`() {
        var pace = idle()
        pace.hint()
        #expect(pace.step(count(free: 0), now: start) == .wait(ahead: 0, room: 1, atMost: .milliseconds(10)))
        #expect(pace.step(count(free: 1), now: start) == .claim(1))
    }

    @Test func `the next batch is claimed when half of what was claimed ahead is used up`() {
        var pace = pace()
        var now = start
        var ended = 0
        for _ in 0..<12 {
            now += .milliseconds(1)
            ended += 2000
            _ = pace.step(count(free: 0, ended: ended), now: now)
        }
        pace.looked(anyReady: true, again: nil, now: now)
        #expect(pace.step(count(free: 0, waiting: 1500, ended: ended), now: now) == .wait(ahead: 2000, room: 1000, atMost: .seconds(1)))
        #expect(pace.step(count(free: 0, waiting: 1000, ended: ended), now: now) == .claim(1000))
        // Beside suspects nothing is claimed ahead.
        #expect(pace.step(count(free: 0, waiting: 0, ended: ended, suspects: 1), now: now) == .wait(ahead: 0, room: 1, atMost: .seconds(1)))
        #expect(pace.step(count(free: 3, waiting: 0, ended: ended, suspects: 1), now: now) == .claim(3))
    }

    @Test func `a poll comes in time although every claim is full, and does not keep claims from being made`() {
        var pace = pace()
        _ = pace.step(count(free: 20), now: start)
        pace.looked(anyReady: true, again: nil, now: start)
        let later = start + .seconds(1)
        #expect(pace.step(count(free: 20), now: later) == .claim(20))
        pace.claimed(20, of: 20, now: later)
        #expect(pace.step(count(free: 20), now: later) == .look)
        // More is due than one statement promotes.
        pace.looked(anyReady: true, again: .zero, now: later)
        #expect(pace.step(count(free: 20), now: later + .milliseconds(1)) == .claim(20))
    }
}

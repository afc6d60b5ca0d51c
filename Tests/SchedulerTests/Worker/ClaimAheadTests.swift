import Testing

@testable import Scheduler

/// How much is claimed beyond the free lanes.
struct ClaimAheadTests {
    /// Attempts that end one after another at a steady rate, looked at every so often.
    private struct Run {
        var now = ContinuousClock.now
        var ended = 0
        var ahead: ClaimAhead

        init(lanes: Int) { ahead = ClaimAhead(lanes: lanes, now: now) }

        mutating func pass(_ time: Duration, ending count: Int) {
            now += time
            ended += count
            ahead.look(at: now, ended: ended)
        }
    }

    @Test func `nothing is claimed ahead before anything has ended`() {
        var run = Run(lanes: 20)
        #expect(run.ahead.tasks == 0)
        run.pass(.milliseconds(500), ending: 0)
        #expect(run.ahead.tasks == 0)
    }

    @Test func `short attempts quadruple it at each look, up to the bound`() {  // I9
        var run = Run(lanes: 20)
        var seen: [Int] = []
        for _ in 0..<6 {
            run.pass(.milliseconds(1), ending: max(20, run.ahead.tasks))
            seen.append(run.ahead.tasks)
        }
        #expect(seen == [80, 320, 1280, 2000, 2000, 2000])
    }

    @Test func `it never exceeds what starts within the horizon at the present rate`() {
        var run = Run(lanes: 20)
        for _ in 0..<50 { run.pass(.milliseconds(20), ending: 100) }
        // 5,000 a second: 250 in 50 ms.
        #expect(run.ahead.tasks == 250)
    }

    @Test(arguments: [50, 60, 1000])
    func `attempts that take as long as the horizon or longer get nothing ahead`(milliseconds: Int) {
        var run = Run(lanes: 20)
        for _ in 0..<20 { run.pass(.milliseconds(1), ending: 2000) }
        #expect(run.ahead.tasks == 2000)
        // Twenty lanes, each ending one attempt in that time.
        run.pass(.milliseconds(milliseconds), ending: 19)
        #expect(run.ahead.tasks == 0)
    }

    @Test func `a look that comes too early to tell changes nothing`() {
        var run = Run(lanes: 20)
        for _ in 0..<20 { run.pass(.milliseconds(1), ending: 2000) }
        run.pass(.microseconds(50), ending: 0)
        run.pass(.milliseconds(5), ending: 3)
        #expect(run.ahead.tasks == 2000)
    }

    @Test func `a rate that falls takes it along at once, and one that rises again grows fourfold from there`() {
        var run = Run(lanes: 10)
        for _ in 0..<20 { run.pass(.milliseconds(1), ending: 2000) }
        run.pass(.milliseconds(20), ending: 40)
        #expect(run.ahead.tasks == 100)
        run.pass(.milliseconds(1), ending: 1000)
        #expect(run.ahead.tasks == 400)
    }

    @Test func `a reset begins anew with none`() {
        var run = Run(lanes: 20)
        for _ in 0..<20 { run.pass(.milliseconds(1), ending: 2000) }
        run.ahead.reset(at: run.now, ended: run.ended)
        #expect(run.ahead.tasks == 0)
        run.pass(.milliseconds(1), ending: 20)
        #expect(run.ahead.tasks == 80)
    }
}

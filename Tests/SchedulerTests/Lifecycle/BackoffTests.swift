import Testing

@testable import Scheduler

struct BackoffTests {
    @Test func `waits double from 50 ms to 5 s, each spread by half at most`() {  // I9
        var backoff = Backoff()
        let plain = [50, 100, 200, 400, 800, 1600, 3200] + Array(repeating: 5000, count: 100)
        for milliseconds in plain {
            let wait = backoff.next()
            #expect(wait >= .milliseconds(milliseconds / 2))
            #expect(wait <= .milliseconds(milliseconds * 3 / 2))
        }
    }

    @Test func `after a success it begins again`() {
        var backoff = Backoff()
        for _ in 0..<20 { _ = backoff.next() }
        backoff.reset()
        #expect(backoff.next() <= .milliseconds(75))
    }
}

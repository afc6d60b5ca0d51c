import Testing

@testable import Scheduler

struct PacedLinesTests {
    @Test func `of twenty thousand lines in fifty seconds a handful is written, and the rest is counted`() {
        let lines = PacedLines()
        let start = ContinuousClock.now
        let told = (0..<20_000).compactMap { lines.untold(of: "claiming", now: start + .microseconds($0 * 2500)) }
        #expect(told == [0, 3999, 3999, 3999, 3999])
    }

    @Test func `kinds do not hide one another`() {
        let lines = PacedLines()
        #expect(lines.untold(of: "claiming") == 0)
        #expect(lines.untold(of: "reporting") == 0)
        #expect(lines.untold(of: "claiming") == nil)
    }

    @Test func `what is remembered is bounded`() {
        let lines = PacedLines()
        for number in 0..<1000 { #expect(lines.untold(of: "\(number)") == 0) }
    }
}

import Testing

@testable import Benchmarks

@Suite struct `The spread of runs` {
    @Test func `the median of an odd number of runs is the one in the middle, of an even number the mean of two`() throws {
        #expect(try #require(Spread([9, 1, 5])).median == 5)
        #expect(try #require(Spread([4, 1, 2, 9])).median == 3)
    }

    @Test func `range and number of runs are told`() throws {
        let spread = try #require(Spread([3, 8, 5]))
        #expect(spread.lowest == 3 && spread.highest == 8 && spread.runs == 3)
    }

    @Test func `no runs have no spread`() { #expect(Spread([]) == nil) }
}

@Suite struct `A row of several runs` {
    private func run(_ rate: Double, parts: [Double] = [], figures: [String: Double] = [:]) -> RunOutcome {
        var run = RunOutcome(rate: rate)
        run.parts = parts
        run.figures = figures
        return run
    }

    @Test func `all but its rate are medians, of each part of the runs too`() {
        let row = BenchmarkResult(
            "drain", "x",
            runs: [
                run(30, parts: [3, 10], figures: ["claim_ms": 1]), run(10, parts: [1, 30], figures: ["claim_ms": 3]),
                run(20, parts: [2, 40], figures: ["claim_ms": 2]),
            ])
        #expect(row.rate?.median == 20 && row.parts == [2, 30] && row.figures == ["claim_ms": 2])
    }

    @Test func `what no run measured stays empty`() {
        let row = BenchmarkResult("drain", "x", runs: [run(1)])
        #expect(row.parts == nil && row.serverMicroseconds == nil && row.figures.isEmpty)
    }
}

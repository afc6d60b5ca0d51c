import Foundation
import Testing

@testable import Benchmarks

@Suite struct `Counted durations` {
    @Test(arguments: [0.01, 0.5, 0.95, 0.99, 1]) func `a percentile is never too low and at most a sixty-fourth too high`(part: Double) {
        var generator = SystemRandomNumberGenerator()
        var durations = Durations()
        var exact: [Int64] = []
        for _ in 0..<5000 {
            let value = Int64.random(in: 0...(1 << Int64.random(in: 0...40, using: &generator)), using: &generator)
            exact.append(value)
            durations.add(nanoseconds: value)
        }
        exact.sort()
        let truth = exact[Int((Double(exact.count) * part).rounded(.up)) - 1]
        let told = durations.quantile(part)
        #expect(told >= truth && Double(told) <= Double(truth) * (1 + 1.0 / 64) + 1, "\(told) for \(truth)")
    }

    @Test func `every value lies in the bucket that it is counted in`() {
        for value in [0, 1, 63, 64, 65, 127, 128, 129, 1_000_000, 123_456_789, 1 << 62] as [Int64] {
            var durations = Durations()
            durations.add(nanoseconds: value)
            durations.add(nanoseconds: .max)
            #expect(durations.quantile(0.5) >= value && Double(durations.quantile(0.5)) <= Double(value) * 65 / 64 + 1)
        }
    }

    @Test func `the longest is kept exactly`() throws {
        var durations = Durations()
        for value in [5_000_001, 7_000_003, 1] as [Int64] { durations.add(nanoseconds: value) }
        #expect(try #require(durations.percentiles).max == 7.000003)
    }

    @Test func `two counts together are like one`() throws {
        var (all, odd, even) = (Durations(), Durations(), Durations())
        for value in 0..<2000 as Range<Int64> {
            all.add(nanoseconds: value * 1000)
            if value % 2 == 0 { even.add(nanoseconds: value * 1000) } else { odd.add(nanoseconds: value * 1000) }
        }
        even.add(odd)
        #expect(even.percentiles == all.percentiles)
    }

    @Test func `nothing counted has no percentiles`() { #expect(Durations().percentiles == nil) }

    @Test func `they survive the pipe between the process under test and the benchmark`() throws {
        var durations = Durations()
        durations.add(nanoseconds: 1_234_567)
        let line = try WorkerMessage.delays(durations, at: 5).line()
        #expect(!line.contains("\n"))
        guard case .delays(let read, 5) = WorkerMessage.parse(line) else {
            Issue.record("\(line)")
            return
        }
        #expect(read.percentiles == durations.percentiles)
        #expect(WorkerMessage.parse("something else") == nil)
    }
}

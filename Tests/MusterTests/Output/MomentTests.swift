import Foundation
import Scheduler
import Testing

@testable import muster

@Suite struct `Times for people and programs` {
    @Test(arguments: [
        (0.04, "0 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59, "59 s"), (89.4, "89 s"), (120, "2 min"), (5400, "1 h 30 min"), (7200, "2 h"),
        (345_600, "4 d"), (1e12, "11574074 d"),
    ])
    func `a length is one unit, or two where that helps`(seconds: Double, text: String) {
        #expect(Moment.length(seconds) == text)
    }

    @Test func `a time is told from now`() {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        #expect(Moment.relative(now.addingTimeInterval(-12), to: now) == "12 s ago")
        #expect(Moment.relative(now.addingTimeInterval(300), to: now) == "in 5 min")
        #expect(Moment.relative(now.addingTimeInterval(0.4), to: now) == "now")
    }

    @Test func `what is written is read`() throws {
        let date = Date(timeIntervalSince1970: 1_700_000_000.125)
        #expect(Moment.iso(date) == "2023-11-14T22:13:20.125Z")
        #expect(RFC3339.date(Moment.iso(date)) == date)
    }

    @Test func `a time on the command line is all of the argument`() {
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        #expect(MomentArgument(argument: "2023-11-14T22:13:20Z")?.date(from: Date()) == date)
        #expect(MomentArgument(argument: "2023-11-15T03:13:20+05:00")?.date(from: Date()) == date)
        #expect(MomentArgument(argument: "10s")?.date(from: date) == date.addingTimeInterval(10))
        for text in ["2023-11-14T22:13:20Zxyz", "2023-11-14T22:13:20Z+05:00", "2099-02-30T25:61:61Z", "10sx", "yesterday"] {
            #expect(MomentArgument(argument: text) == nil, "\(text)")
        }
    }

    @Test(arguments: [("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("12h", 43_200_000), ("7d", 604_800_000)] as [(String, Int64)])
    func `a duration has a unit`(text: String, milliseconds: Int64) {
        #expect(Moment.duration(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "5", "s", "-5s", "5 s", "5w", "99999999999d", "9223372036854775808ms", "٣s"])
    func `anything else is no duration`(text: String) {
        #expect(Moment.duration(text) == nil)
    }
}

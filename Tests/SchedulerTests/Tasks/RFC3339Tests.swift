import Foundation
import Testing

@testable import Scheduler

struct RFC3339Tests {
    @Test(
        arguments: [
            ("2025-11-21T09:30:00Z", 1_763_717_400), ("2025-11-21T09:30:00.000Z", 1_763_717_400), ("2025-11-21t09:30:00z", 1_763_717_400),
            ("2025-11-21T10:30:00+01:00", 1_763_717_400), ("2025-11-21T04:30:00.000-05:00", 1_763_717_400),
            ("2025-11-21T15:15:00+05:45", 1_763_717_400), ("2025-11-21T09:30:00-00:00", 1_763_717_400), ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1), ("2000-02-29T12:00:00Z", 951_825_600), ("2024-12-31T23:59:59+23:59", 1_735_603_259),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("2025-11-21T09:30:00.5Z", 1_763_717_400.5), ("2025-11-21T09:30:00.000000001Z", 1_763_717_400.000_000_001),
        ] as [(String, Double)])
    func `a time with a zone is read`(text: String, seconds: Double) {
        #expect(RFC3339.date(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(arguments: [
        "2025-11-21T09:30:00Zxyz", "2025-11-21T09:30:00Z+05:00", "2099-02-30T25:61:61Z", "2025-11-21T09:30:00", "2025-11-21", "",
        " 2025-11-21T09:30:00Z", "2025-11-21T09:30:00Z ", "2025-11-21 09:30:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2025-04-31T00:00:00Z", "2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z", "2025-01-00T00:00:00Z", "2025-01-01T24:00:00Z",
        "2025-01-01T00:60:00Z", "2025-06-30T23:59:60Z", "0000-01-01T00:00:00Z", "25-01-01T00:00:00Z", "+2025-01-01T00:00:00Z",
        "2025-01-01T00:00:00+5:00", "2025-01-01T00:00:00+0500", "2025-01-01T00:00:00+24:00", "2025-01-01T00:00:00+05:60",
        "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00.1234567890Z", "2025-01-01T00:00:00,5Z", "2025-1-1T0:0:0Z", "２025-01-01T00:00:00Z",
        "2025-01-01T00:00Z", "20250101T000000Z", "2025-W01-1T00:00:00Z", "2025-01-01T00:00:00UTC", "2025-01-01T00:00:00Z\0",
    ])
    func `anything else is refused, not repaired`(text: String) {
        #expect(RFC3339.date(text) == nil)
    }

    @Test func `it agrees with the calendar on each day of four centuries`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for day in stride(from: -25_567, to: 120_530, by: 17) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let padded = [parts.year ?? 0, parts.month ?? 0, parts.day ?? 0].map { ($0 < 10 ? "0" : "") + "\($0)" }
            #expect(RFC3339.date(padded.joined(separator: "-") + "T00:00:00Z") == date)
        }
    }
}

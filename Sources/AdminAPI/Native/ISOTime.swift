import Foundation

/// Times in JSON: ISO 8601 in UTC with milliseconds.
enum ISOTime {
    /// `2026-11-21T09:30:00.123Z`, rounded to the nearest millisecond.
    static func text(_ date: Date) -> String {
        // The formatter cuts digits off: half of the next one makes that a rounding, whatever the binary fraction is.
        let rounded = Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded() / 1000 + 0.000_05)
        return rounded.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// The text, or null.
    static func value(_ date: Date?) -> JSONValue { date.map { .string(text($0)) } ?? .null }
}

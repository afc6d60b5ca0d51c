import Foundation

/// Times and lengths of time, as people and programs read them.
enum Moment {
    /// ISO 8601 in UTC with milliseconds.
    static func iso(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// How far away a time is: `12 s ago`, `in 5 min`, `now`.
    static func relative(_ date: Date, to now: Date) -> String {
        let seconds = date.timeIntervalSince(now)
        guard abs(seconds) >= 1 else { return "now" }
        let length = length(abs(seconds))
        return seconds < 0 ? "\(length) ago" : "in \(length)"
    }

    /// A length of time in one unit, or two where that helps: `0.4 s`, `12 s`, `3 min`, `2 h 5 min`, `4 d`.
    static func length(_ seconds: Double) -> String {
        switch seconds {
        case ..<10:
            let tenths = Int((max(0, seconds) * 10).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        case ..<90: return "\(Int(seconds.rounded())) s"
        case ..<5400: return "\(Int((seconds / 60).rounded())) min"
        case ..<86_400:
            let minutes = Int((seconds / 60).rounded())
            return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
        default: return "\(Int(min((seconds / 86_400).rounded(), 1e9))) d"
        }
    }

    /// Reads `500ms`, `30s`, `5m`, `12h`, `7d`; nil for anything else, for a negative length and for more than ten years.
    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number <= 315_360_000_000 else { return nil }
        let milliseconds: Int64
        switch text.dropFirst(digits.count) {
        case "ms": milliseconds = 1
        case "s": milliseconds = 1000
        case "m": milliseconds = 60_000
        case "h": milliseconds = 3_600_000
        case "d": milliseconds = 86_400_000
        default: return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: milliseconds)
        guard !overflow, product <= 315_360_000_000 else { return nil }
        return .milliseconds(product)
    }
}

public import Foundation

/// Times as text, by RFC 3339: the one place where they are read, for the API, the command line and everything else.
public enum RFC3339 {
    /// Reads `2026-11-21T09:30:00Z` or `2026-11-21T10:30:00.250+01:00`.
    ///
    /// The whole text must be one time that exists. Nil for anything else: no zone, a day that its month does not have, a 25th hour, a leap
    /// second, more than nine digits of a second, anything behind the zone.
    public static func date(_ text: String) -> Date? {
        var reader = Reader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"), let day = reader.number(2),
            reader.take("T") || reader.take("t"),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2), reader.take(":"), let second = reader.number(2),
            year >= 1, (1...12).contains(month), (1...days(in: month, of: year)).contains(day), hour < 24, minute < 60, second < 60,
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let whole = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        return Date(timeIntervalSince1970: Double(whole) + fraction)
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // Whole years before this one, with a leap day each four, but for the centuries that have none.
        let before = year - 1
        let years = before * 365 + before / 4 - before / 100 + before / 400
        let months = (1..<month).reduce(0) { $0 + days(in: $1, of: year) }
        return years + months + day - 1 - 719_162
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        mutating func take(_ letter: Unicode.Scalar) -> Bool {
            guard index < bytes.count, UInt32(bytes[index]) == letter.value else { return false }
            index += 1
            return true
        }

        mutating func digit() -> Int? {
            guard index < bytes.count, (48...57).contains(bytes[index]) else { return nil }
            defer { index += 1 }
            return Int(bytes[index]) - 48
        }

        /// Exactly so many digits.
        mutating func number(_ count: Int) -> Int? {
            var number = 0
            for _ in 0..<count {
                guard let digit = digit() else { return nil }
                number = number * 10 + digit
            }
            return number
        }

        /// One to nine digits behind a point, or nothing.
        mutating func fraction() -> Double? {
            guard take(".") else { return 0 }
            var (number, scale) = (0.0, 1.0)
            for place in 0..<9 {
                guard let digit = digit() else { return place == 0 ? nil : number / scale }
                number = number * 10 + Double(digit)
                scale *= 10
            }
            return number / scale
        }

        /// Minutes east of UTC.
        mutating func offset() -> Int? {
            if take("Z") || take("z") { return 0 }
            let isEast = take("+")
            guard isEast || take("-"), let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60 else {
                return nil
            }
            return (isEast ? 1 : -1) * (hours * 60 + minutes)
        }
    }
}

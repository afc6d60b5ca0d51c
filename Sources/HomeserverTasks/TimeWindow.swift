public import Foundation
import Scheduler

/// The hours of a day in which work may be done, such as `02:00-05:00`; one that ends before it begins goes over midnight.
public struct TimeWindow: Sendable, Hashable {
    private let start: Int
    private let end: Int
    private let zone: TimeZone

    /// Reads a window.
    ///
    /// - Parameters:
    ///   - text: two times of day with a hyphen or a dash between; the second one is outside
    ///   - timeZone: such as `Europe/Zurich`; nil means UTC
    /// - Throws: `InvalidParams` that names `window` or `time_zone`.
    public init(_ text: String, timeZone: String?) throws {
        let times = text.replacing("–", with: "-").split(separator: "-", omittingEmptySubsequences: false).map(Self.minutes)
        guard times.count == 2, let start = times[0], let end = times[1], start != end % (24 * 60) else {
            throw InvalidParams(field: "window", problem: "must be two different times of day such as 02:00-05:00")
        }
        // Foundation also takes abbreviations, of which some mean several zones.
        guard let zone = timeZone.map({ $0 == "UTC" || $0.contains("/") ? TimeZone(identifier: $0) : nil }) ?? TimeZone(identifier: "UTC")
        else { throw InvalidParams(field: "time_zone", problem: "must be UTC or a name such as Europe/Zurich") }
        (self.start, self.end, self.zone) = (start % (24 * 60), end, zone)
    }

    /// How long until work may begin; nil while it may be done.
    public func wait(at now: Date) -> Duration? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.hour, .minute], from: now)
        guard !contains((parts.hour ?? 0) * 60 + (parts.minute ?? 0)) else { return nil }
        let opening = DateComponents(hour: start / 60, minute: start % 60, second: 0)
        // On the day on which clocks go forward the time may not exist: the next one that does counts.
        guard let next = calendar.nextDate(after: now, matching: opening, matchingPolicy: .nextTime) else { return .seconds(3600) }
        return .milliseconds(max(1, Int64((next.timeIntervalSince(now) * 1000).rounded(.up))))
    }

    private func contains(_ minute: Int) -> Bool {
        start < end ? (start..<end).contains(minute) : minute >= start || minute < end
    }

    /// Minutes since midnight; 24:00 is the day's end.
    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            parts[1].utf8.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1])
        else { return nil }
        guard hour < 24 && minute < 60 || hour == 24 && minute == 0 else { return nil }
        return hour * 60 + minute
    }

    /// Checks what params say of a window; a time zone without a window means nothing.
    static func check(_ text: String?, timeZone: String?) throws {
        if let text { _ = try TimeWindow(text, timeZone: timeZone) }
        guard text != nil || timeZone == nil else {
            throw InvalidParams(field: "time_zone", problem: "needs a window")
        }
    }
}

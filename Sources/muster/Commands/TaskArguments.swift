public import ArgumentParser
import Foundation
public import Scheduler

extension TaskID: ExpressibleByArgument {
    /// Reads a task id from the command line.
    public init?(argument: String) { self.init(argument) }
}

extension TaskStatus: ExpressibleByArgument {}

extension Role: ExpressibleByArgument {}

/// A point in time on the command line: RFC 3339, or a length of time from now.
struct MomentArgument: ExpressibleByArgument, Sendable, Equatable {
    /// What was written.
    enum Value: Sendable, Equatable {
        /// A time.
        case at(Date)
        /// So long from now.
        case after(Duration)
    }

    /// What was written.
    var value: Value

    /// Reads `2026-01-31T03:00:00Z` or `10m`.
    init?(argument: String) {
        if let date = RFC3339.date(argument) {
            value = .at(date)
        } else if let duration = Moment.duration(argument) {
            value = .after(duration)
        } else {
            return nil
        }
    }

    /// The time, counted from `now` where it was written so.
    func date(from now: Date) -> Date {
        switch value {
        case .at(let date): date
        case .after(let duration): now.addingTimeInterval(duration / .seconds(1))
        }
    }
}

/// A length of time on the command line, such as `30d`.
struct DurationArgument: ExpressibleByArgument, Sendable, Equatable {
    /// How long.
    var duration: Duration

    /// A length of time written in source code.
    init(duration: Duration) { self.duration = duration }

    /// Shown as the default in help texts.
    var defaultValueDescription: String { Moment.length(duration / .seconds(1)) }

    /// Reads `500ms`, `30s`, `5m`, `12h`, `7d`.
    init?(argument: String) {
        guard let duration = Moment.duration(argument) else { return nil }
        self.duration = duration
    }
}

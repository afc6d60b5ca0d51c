import Foundation
import Synchronization

/// What the database's clock says, as far as its last answer and the time since then tell (I6).
///
/// The time since then is that of a clock which nobody sets, and which goes on while the machine sleeps. Counted from when the answer came, so that
/// it lags by that answer's way at most and never runs ahead.
final class DatabaseClock: Sendable {
    private struct Reading {
        var time: Date
        var at: ContinuousClock.Instant
    }

    private let last = Mutex<Reading?>(nil)

    /// Takes in what the database has just said.
    func heard(_ time: Date, at instant: ContinuousClock.Instant = .now) {
        last.withLock { $0 = Reading(time: time, at: instant) }
    }

    /// The database's time; before its first answer, when nothing runs, the process's own.
    func now(_ instant: ContinuousClock.Instant = .now) -> Date {
        guard let last = last.withLock({ $0 }) else { return Date() }
        return last.time.addingTimeInterval(last.at.duration(to: instant).secondsAsDouble)
    }
}

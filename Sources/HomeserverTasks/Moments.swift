import Scheduler

/// Points in time in params, which are milliseconds since 1970.
enum Moments {
    /// What is earlier was meant in seconds, as Synapse has it: in milliseconds it is a day of 1970.
    static let earliest: Int64 = 30_000_000_000

    static let inSeconds = "must be milliseconds since 1970, not seconds"

    /// Checks a bound; nil and 0 are none.
    static func check(_ moment: Int64?, _ field: String) throws {
        guard let moment, moment != 0 else { return }
        guard moment > 0 else { throw InvalidParams(field: field, problem: "must not be negative") }
        guard moment >= earliest else { throw InvalidParams(field: field, problem: inSeconds) }
    }
}

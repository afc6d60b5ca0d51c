import Foundation
import Postgres

/// What time it is, by the only clock that counts (I6).
///
/// Called for dates that people write as a length of time from now. Locks nothing.
struct ReadClock: Statement {
    typealias Row = Date

    static let name = "read_clock"
    static let sql = "SELECT muster.clock()"

    static func decode(_ row: inout RowReader) throws -> Date { try row.next() }
}

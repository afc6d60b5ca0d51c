import Foundation
import Postgres

/// The live processes of one place (one boot of one machine, one pid namespace): whoever runs there can tell at once that one is gone.
///
/// Locks nothing; reads the live rows of `process` by `process_one_of_a_name`.
struct ListNeighbours: Statement {
    typealias Row = (incarnation: UUID, pid: Int32)

    static let name = "list_neighbours"
    static let sql = "SELECT incarnation, pid FROM muster.process WHERE state IN ('running', 'draining') AND place = $1::text"

    let place: String

    func bind(_ binds: inout Binds) { binds.add(place) }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}

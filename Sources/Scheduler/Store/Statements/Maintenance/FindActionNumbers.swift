import Postgres

/// The store's numbers of actions that this build does not know; a name that nobody ever registered has none.
///
/// Locks nothing; served by the unique index on `action.name`.
struct FindActionNumbers: Statement {
    typealias Row = (id: Int16, name: String)

    static let name = "find_action_numbers"
    static let sql = "SELECT id, name FROM muster.action WHERE name = ANY ($1::text[]) ORDER BY id"

    let names: [String]

    func bind(_ binds: inout Binds) { binds.add(names) }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next()) }
}

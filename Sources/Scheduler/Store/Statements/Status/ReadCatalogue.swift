import Migrations
import Postgres

/// What the schema of this database is made of, to be compared with what the migrations made: tables, columns, constraints, functions, and
/// what others put beside them.
///
/// The doctor calls it. Locks nothing; reads PostgreSQL's catalogue. The text is kept with the migrations, whose end state is listed by it.
struct ReadCatalogue: Statement {
    typealias Row = CatalogueItem

    static let name = "read_catalogue"
    static let sql = Migrations.catalogueQuery

    static func decode(_ row: inout RowReader) throws -> CatalogueItem {
        CatalogueItem(kind: try row.next(), name: try row.next(), detail: try row.next())
    }
}

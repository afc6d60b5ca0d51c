import Postgres
import SchedulerTesting
import Testing

struct StatementTests {
    @Test func `a statement returns its rows decoded`() async throws {
        try await withTestDatabase { database in
            let rows = try await database.client.execute(Doubled(upTo: 3))
            #expect(rows == [2, 4, 6])
        }
    }
}

private struct Doubled: Statement {
    static let name = "doubled"
    static let sql = "SELECT n * 2 FROM generate_series(1, $1::bigint) AS n ORDER BY n"
    let upTo: Int64

    func bind(_ binds: inout Binds) { binds.add(upTo) }
    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

import Postgres

/// Revokes a token.
///
/// Locks its row; served by the primary key. No row: there is none with this number, or it was revoked before.
struct RevokeToken: Statement {
    typealias Row = Int64

    static let name = "revoke_token"
    static let sql = "UPDATE muster.access_token SET revoked_at = muster.clock() WHERE id = $1::bigint AND revoked_at IS NULL RETURNING id"

    let id: Int64

    func bind(_ binds: inout Binds) { binds.add(id) }

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

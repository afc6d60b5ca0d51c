import Postgres

/// The working token with this hash.
///
/// Looked up by the hash of the secret, so that the time taken says nothing about the secret.
///
/// Locks nothing; served by the unique index on `hash`. No row: unknown, expired or revoked.
struct FindToken: Statement {
    typealias Row = AccessToken

    static let name = "find_token"
    static let isPlannedOnce = true
    static let sql = """
        SELECT id, name, role, created_at, expires_at, revoked_at FROM muster.access_token
        WHERE hash = $1::bytea AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > muster.clock())
        """

    let hash: [UInt8]

    func bind(_ binds: inout Binds) { binds.add(hash) }

    static func decode(_ row: inout RowReader) throws -> AccessToken { try TokenColumns.decode(&row) }
}

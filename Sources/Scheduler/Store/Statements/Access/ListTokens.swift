import Postgres

/// All tokens, oldest first, at most 1,000.
///
/// Locks nothing.
struct ListTokens: Statement {
    typealias Row = AccessToken

    static let name = "list_tokens"
    static let sql = "SELECT id, name, role, created_at, expires_at, revoked_at FROM muster.access_token ORDER BY id LIMIT 1000"

    func bind(_ binds: inout Binds) {}

    static func decode(_ row: inout RowReader) throws -> AccessToken { try TokenColumns.decode(&row) }
}

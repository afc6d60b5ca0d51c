import Foundation
import Postgres

/// Stores a token by its hash.
///
/// A name in use violates `access_token_one_of_a_name`.
struct InsertToken: Statement {
    typealias Row = AccessToken

    static let name = "insert_token"
    static let sql = """
        INSERT INTO muster.access_token (name, role, hash, created_at, expires_at)
        VALUES ($1::text, $2::text, $3::bytea, muster.clock(), $4::timestamptz)
        RETURNING id, name, role, created_at, expires_at, revoked_at
        """

    let tokenName: String
    let role: Role
    let hash: [UInt8]
    let expiresAt: Date?

    func bind(_ binds: inout Binds) {
        binds.add(tokenName)
        binds.add(role.rawValue)
        binds.add(hash)
        binds.add(expiresAt)
    }

    static func decode(_ row: inout RowReader) throws -> AccessToken { try TokenColumns.decode(&row) }
}

/// The columns of a token, in one order.
enum TokenColumns {
    static func decode(_ row: inout RowReader) throws -> AccessToken {
        let id: Int64 = try row.next()
        let name: String = try row.next()
        let role: String = try row.next()
        return AccessToken(
            id: id, name: name, role: Role(rawValue: role) ?? .viewer, createdAt: try row.next(), expiresAt: try row.next(),
            revokedAt: try row.next())
    }
}

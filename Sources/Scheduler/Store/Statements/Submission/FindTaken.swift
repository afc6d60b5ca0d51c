import Postgres

/// The task that holds an idempotency key or a unique place, as of now.
///
/// Locks nothing; served by the primary keys of `idempotency` and `unique_task`. No values: nobody holds either any more.
struct FindTaken: Statement {
    typealias Row = (sameKey: Int64?, sameDigest: Bool?, sameResource: Int64?)

    static let name = "find_taken"
    static let sql = """
        SELECT k.id, k.digest = $2::bytea, p.id
        FROM (SELECT 1) one
        LEFT JOIN muster.idempotency k ON k.key = $1::text
        LEFT JOIN muster.unique_task p ON p.action = $3::smallint AND p.resource_id = $4::text
        """

    let key: String?
    let digest: [UInt8]?
    let action: Int16
    let resourceID: String?

    func bind(_ binds: inout Binds) {
        binds.add(key)
        binds.add(digest)
        binds.add(action)
        binds.add(resourceID)
    }

    static func decode(_ row: inout RowReader) throws -> Row { (try row.next(), try row.next(), try row.next()) }
}

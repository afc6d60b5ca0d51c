import Postgres

/// Gives back an exclusive key that this attempt holds.
///
/// Locks the key's row; served by its primary key. No row: the attempt did not hold it.
struct ReleaseKey: Statement {
    typealias Row = String

    static let name = "release_key"
    static let sql = """
        DELETE FROM muster.exclusive_key
        WHERE key = $4::text AND id = $1::bigint AND attempt = $2::smallint AND incarnation = $3::uuid
        RETURNING key
        """

    let fence: AttemptFence
    let key: String

    func bind(_ binds: inout Binds) {
        fence.bind(&binds)
        binds.add(key)
    }

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

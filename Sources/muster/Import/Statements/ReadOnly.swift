import Postgres

/// Lets the rest of a transaction change nothing, whatever it says.
///
/// The first statement in every transaction on a database that belongs to somebody else.
struct ReadOnly: Statement {
    static let name = "read_only"
    static let sql = "SET TRANSACTION READ ONLY"
}

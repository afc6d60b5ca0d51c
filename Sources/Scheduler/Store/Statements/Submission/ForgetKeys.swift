import Postgres

/// Gives idempotency keys back that a submission took for tasks which it then did not store, because their unique place was taken.
///
/// Sent in the same transaction as ``SubmitTasks``, whose own statement cannot see the rows that it has just written. Locks those rows;
/// served by the unique index on `idempotency.id`.
struct ForgetKeys: Statement {
    static let name = "forget_keys"
    static let sql = "DELETE FROM muster.idempotency WHERE id = ANY ($1::bigint[])"

    let ids: [Int64]

    func bind(_ binds: inout Binds) { binds.add(ids) }
}

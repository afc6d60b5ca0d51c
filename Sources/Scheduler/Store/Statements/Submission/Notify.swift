import Postgres

/// Wakes whoever listens on Muster's channel.
///
/// A hint only: everybody polls as well.
///
/// Takes PostgreSQL's notification lock at commit, which is why callers coalesce. Its commit is not waited for on disk, so it must be a
/// transaction of its own: nothing in it has to last.
struct Notify: Statement {
    static let name = "notify"
    static let isPlannedOnce = true
    static let sql =
        "SELECT pg_catalog.pg_notify('muster', p) FROM pg_catalog.set_config('synchronous_commit', 'off', true), pg_catalog.unnest($1::text[]) AS p"

    let payloads: [String]

    func bind(_ binds: inout Binds) { binds.add(payloads) }
}

/// The same in a transaction of the caller's, with whose commit it is sent: how durable that is, the caller says.
struct NotifyAtCommit: Statement {
    static let name = "notify_at_commit"
    static let isPlannedOnce = true
    static let sql = "SELECT pg_catalog.pg_notify('muster', p) FROM pg_catalog.unnest($1::text[]) AS p"

    let payloads: [String]

    func bind(_ binds: inout Binds) { binds.add(payloads) }
}

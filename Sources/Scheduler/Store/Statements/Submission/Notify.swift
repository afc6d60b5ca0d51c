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
    static let sql = "SELECT pg_notify('muster', p) FROM set_config('synchronous_commit', 'off', true), unnest($1::text[]) AS p"

    let payloads: [String]

    func bind(_ binds: inout Binds) { binds.add(payloads) }
}

public import Postgres

extension PostgresConfiguration {
    /// The same for connections that only Muster uses: what its promises rest on no longer hangs on the settings of role and database.
    ///
    /// - `search_path` has no schema in which anybody else may create, so that no name of a statement can be captured.
    /// - Statements are written for read committed: under a stricter isolation they fail where they should wait.
    /// - What is accepted is durable (I1): `synchronous_commit = off` becomes `on`; stronger and weaker synchronous replication stay.
    /// - Waiting is bounded by the statement's own timeout, not by a `lock_timeout` that turns a moment's wait into a failure.
    /// - Row security hides nothing silently: where it would, statements fail and say so.
    ///
    /// `default_transaction_read_only` stays: it is how an operator stops writing. So do settings that only cost time, such as `jit`.
    public var forMuster: PostgresConfiguration {
        var owned = self
        owned.isolation = .readCommitted
        owned.settings["search_path"] = "pg_catalog, pg_temp"
        owned.settings["standard_conforming_strings"] = "on"
        owned.settings["row_security"] = "off"
        owned.settings["lock_timeout"] = "0"
        // A process that stalls within a transaction would hold keys and places that others wait for.
        owned.settings["idle_in_transaction_session_timeout"] = settings["idle_in_transaction_session_timeout"] ?? "15s"
        owned.corrections["synchronous_commit"] = (wrong: "off", right: "on")
        return owned
    }
}

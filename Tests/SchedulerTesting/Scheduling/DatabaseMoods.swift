extension TestDatabase {
    /// Makes the database read-only for every new session and ends those that are open, or takes that back for new ones.
    public func setReadOnly(_ isReadOnly: Bool) async throws {
        let change = isReadOnly ? "SET default_transaction_read_only = on" : "RESET default_transaction_read_only"
        try await TestServer.shared.admin().withConnection { connection in
            try await connection.script("ALTER DATABASE \"\(name)\" \(change)")
            // Only now, when the change is committed: a session that is opened anew before that would not see it.
            guard isReadOnly else { return }
            try await connection.script("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '\(name)'")
        }
    }
}

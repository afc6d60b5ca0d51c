extension TestDatabase {
    /// Makes the database read-only for every new session and ends those that are open, or takes that back for new ones.
    public func setReadOnly(_ isReadOnly: Bool) async throws {
        let change = isReadOnly ? "SET default_transaction_read_only = on" : "RESET default_transaction_read_only"
        let end = isReadOnly ? "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '\(name)'" : "SELECT 1"
        try await TestServer.shared.admin().withConnection { try await $0.script("ALTER DATABASE \"\(name)\" \(change); \(end)") }
    }
}

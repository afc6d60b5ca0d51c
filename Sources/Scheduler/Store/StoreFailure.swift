import Postgres

extension PostgresError {
    /// Whether a prepared statement is there that this connection did not make, or is not there although it did.
    ///
    /// Only a pooler that hands one server connection to several clients does that.
    package var isPreparedElsewhere: Bool { sqlState == "42P05" || sqlState == "26000" }

    /// What to do about it.
    package var poolerAdvice: String {
        "\(message). A transaction pooler such as PgBouncer seems to stand before it: set `database.pooler: transaction` "
            + "(`--pooler transaction` beside --dsn), or connect to PostgreSQL itself."
    }
}

/// The door through which database errors leave the store: wrapped, with what was being done and what to do next.
enum StoreFailure {
    /// Runs a piece of database work and turns its errors into ``SchedulerError``.
    static func wrapping<Result>(_ what: String, _ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let error as PostgresError {
            throw translate(error, while: what)
        }
    }

    /// The same for work that does not wait.
    static func wrapping<Result>(_ what: String, _ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as PostgresError {
            throw translate(error, while: what)
        }
    }

    static func translate(_ error: PostgresError, while what: String) -> SchedulerError {
        if error.code == .timeout, error.sqlState != nil {
            // Of this statement alone: the database may be in order.
            return SchedulerError(.databaseTimeout, "The database took too long over \(what): \(error.message)")
        }
        if error.isUnavailable || error.code == .timeout || error.code == .poolClosed {
            return SchedulerError(.databaseUnavailable, "The database could not be used while \(what): \(error.message)")
        }
        if error.sqlState == "3F000" || error.sqlState == "42P01" {
            return SchedulerError(
                .schemaVersion, "The database has no Muster schema yet. Run `muster migrate` with this configuration first.")
        }
        if error.isPreparedElsewhere { return SchedulerError(.configuration, "The database refused \(what): \(error.poolerAdvice)") }
        let state = error.sqlState.map { " (SQLSTATE \($0))" } ?? ""
        if error.isValueRefused {
            return SchedulerError(.invalidRequest, "The database refuses a value that was given for \(what)\(state): \(error.message)")
        }
        return SchedulerError(.database, "The database refused \(what)\(state): \(error.message)")
    }
}

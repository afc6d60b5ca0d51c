import CLibPQ

extension PostgresConnection {
    /// Runs `body` in one transaction: commits when it returns, rolls back when it throws.
    ///
    /// The transaction is exclusive: statements of other tasks on this connection wait until it ends, even while `body` awaits something
    /// else. Child tasks of `body` take part in it. Inside, ``run(_:)`` needs no `await`. When the task is cancelled, the running statement
    /// is cancelled and everything is rolled back. A lost connection during the commit leaves its outcome unknown (`connectionLost`).
    /// Transactions do not nest.
    public func transaction<R: Sendable>(_ body: @Sendable (isolated PostgresConnection) async throws -> R) async throws -> R {
        if let openTransaction, TransactionToken.current?.isInside(openTransaction) == true {
            throw PostgresError(code: .invalidUse, message: "a transaction is open already; transactions do not nest")
        }
        try await takeTurn()
        guard let canceller else { throw PostgresError(code: .connectionLost, message: "the connection is closed; nothing was sent") }
        let token = TransactionToken(inside: TransactionToken.current)
        let scope = CancelScope(canceller)
        openTransaction = token
        defer {
            openTransaction = nil
            self.scope = nil
            turns.release()
        }
        return try await TransactionToken.$current.withValue(token) {
            try await withTaskCancellationHandler {
                self.scope = scope
                return try await bracketed(body)
            } onCancel: {
                scope.cancel()
            }
        }
    }

    private func bracketed<R: Sendable>(_ body: @Sendable (isolated PostgresConnection) async throws -> R) async throws -> R {
        try simple(configuration.beginning, statement: "begin")
        let value: R
        do {
            if configuration.pooler == .transaction { _ = try run(ApplyLocalSettings(settings: ApplySettings(configuration))) }
            value = try await body(self)
            try Task.checkCancellation()
        } catch {
            rollBack()
            throw error
        }
        // A commit on its way is not cancelled: it would leave the caller with an outcome that nobody knows.
        scope = nil
        let tag = try simple("COMMIT", statement: "commit").commandTag
        guard tag == "COMMIT" else {
            throw PostgresError(
                code: .server, message: "the transaction was rolled back because one of its statements failed", sqlState: "25P02",
                statement: "commit")
        }
        return value
    }

    /// Rolls back even when the task is cancelled; a connection that cannot is given up, which rolls back as well.
    func rollBack() {
        scope = nil
        guard health != .broken else { return }
        do {
            try simple("ROLLBACK", statement: "rollback")
        } catch {
            breakDown()
        }
    }

    /// Runs many statements of text, as migrations need them.
    ///
    /// The text is sent as it is and may hold its own `BEGIN` and `COMMIT`; without them, it is one transaction. After an error everything
    /// that was left open is rolled back. `statement_timeout` holds for each statement; the connection itself does not time out meanwhile.
    public func script(_ sql: String) async throws {
        try await cancellable { connection in
            do {
                try connection.simple(sql, statement: "script", isBounded: false)
            } catch {
                if connection.openTransaction == nil, connection.health == .inTransaction { connection.rollBack() }
                throw error
            }
        }
    }

    @discardableResult
    func simple(_ sql: String, statement: String, isBounded: Bool = true) throws -> ResultBlock {
        try command(statement) { wire in
            if !isBounded { wire.longestSilence = nil }
            try wire.sendSimple(sql, statement: statement)
            return try collect(wire, statement: statement)
        }
    }
}

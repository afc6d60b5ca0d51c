import CLibPQ

extension PostgresConnection {
    /// Runs a statement and decodes its rows.
    ///
    /// It is prepared at its first use on this connection, unless a pooler stands before the server. When the calling task is cancelled, the server is told to stop and
    /// `CancellationError` is thrown; the connection stays usable.
    public func execute<S: Statement>(_ statement: S) async throws -> [S.Row] {
        try await cancellable { connection in try connection.run(statement) }
    }

    /// Runs a statement and returns how many rows it inserted, updated, deleted or selected.
    public func affected<S: Statement>(_ statement: S) async throws -> Int {
        try await cancellable { connection in try connection.runAffected(statement) }
    }

    /// Runs any number of statements without leaving the connection's thread.
    ///
    /// Use ``run(_:)``, ``runAffected(_:)`` and ``runAll(_:)`` inside. Each statement is a transaction of its own. Cancelling the calling
    /// task cancels the statement that runs and refuses the next.
    public func with<R: Sendable>(_ body: @Sendable (isolated PostgresConnection) throws -> R) async throws -> R {
        try await cancellable(body)
    }

    /// Runs a statement on the connection's own thread, inside ``with(_:)`` or ``transaction(_:)``.
    @inlinable
    public func run<S: Statement>(_ statement: S) throws -> [S.Row] {
        try perform(statement).rows(of: S.self)
    }

    /// The same for the number of rows.
    @inlinable
    public func runAffected<S: Statement>(_ statement: S) throws -> Int {
        try affected(perform(statement))
    }

    @inlinable
    func perform<S: Statement>(_ statement: S) throws -> ResultBlock {
        if S.isPlannedOnce != plansOnce { try choosePlans(once: S.isPlannedOnce) }
        var binds = takeBinds()
        statement.bind(&binds)
        return try perform(type: ObjectIdentifier(S.self), name: S.name, sql: S.sql, binds: binds)
    }

    @usableFromInline
    func affected(_ block: ResultBlock) -> Int { block.affected }

    /// The parameter block of the last statement, emptied: its memory serves again.
    @usableFromInline
    func takeBinds() -> Binds {
        var binds = Binds()
        swap(&binds, &spareBinds)
        // One huge statement must not hold its memory for ever.
        if binds.bytes.capacity > 1 << 20 { return Binds() }
        binds.removeAll()
        return binds
    }

    @usableFromInline
    func perform(type: ObjectIdentifier, name: String, sql: String, binds: consuming Binds) throws -> ResultBlock {
        if configuration.pooler == .transaction {
            let block = try performUnprepared(name: name, sql: sql, binds)
            spareBinds = binds
            return block
        }
        try prepare(type: type, name: name, sql: sql)
        let block = try command(name) { wire in
            try wire.sendExecute(name: name, binds)
            return try collect(wire, statement: name)
        }
        spareBinds = binds
        return block
    }

    /// Chooses how the server plans prepared statements from now on: a round trip, where statements of both kinds share a connection.
    ///
    /// Nothing is changed within a transaction, whose end could take it back, nor where the settings of the connection say how to plan.
    @usableFromInline
    func choosePlans(once: Bool) throws {
        guard health == .idle, isMyTurn, configuration.pooler == .none, configuration.settings[ChoosePlans.setting] == nil else { return }
        var binds = takeBinds()
        ChoosePlans(once: once).bind(&binds)
        _ = try perform(type: ObjectIdentifier(ChoosePlans.self), name: ChoosePlans.name, sql: ChoosePlans.sql, binds: binds)
        plansOnce = once
    }

    /// Prepares a statement unless this connection knows it.
    @usableFromInline
    func prepare(type: ObjectIdentifier, name: String, sql: String) throws {
        if configuration.pooler == .transaction { return }
        if preparedTypes.contains(type) { return }
        if let known = preparedTexts[name] {
            guard known == sql else {
                throw PostgresError(code: .invalidUse, message: "two different statements have this name; rename one", statement: name)
            }
        } else {
            _ = try command(name) { wire in
                try wire.sendPrepare(name: name, sql: sql)
                return try collect(wire, statement: name)
            }
            preparedTexts[name] = sql
        }
        preparedTypes.insert(type)
    }
}

extension PostgresConnection {
    /// Waits for this caller's turn, then runs `body` with the calling task's cancellation attached to its statements.
    func cancellable<R: Sendable>(_ body: (isolated PostgresConnection) throws -> R) async throws -> R {
        try await takeTurn()
        guard let canceller else { return try body(self) }
        let scope = CancelScope(canceller)
        return try await withTaskCancellationHandler {
            let outer = self.scope
            self.scope = scope
            defer { self.scope = outer }
            return try body(self)
        } onCancel: {
            scope.cancel()
        }
    }

    func takeTurn() async throws {
        while !isMyTurn { try await turns.wait(after: turns.releases) }
    }

    var isMyTurn: Bool {
        guard let openTransaction else { return true }
        return TransactionToken.current?.isInside(openTransaction) ?? false
    }

    /// Runs one exchange with the server: deadline, cancellation, and the state that it leaves behind.
    func command<R>(_ statement: String, _ body: (Wire) throws -> R) throws -> R {
        guard isMyTurn else {
            throw PostgresError(
                code: .invalidUse, message: "another task's transaction is open on this connection; call with `await` and wait",
                statement: statement)
        }
        let wire = try openWire(for: statement)
        let limit = configuration.statementTimeout
        wire.longestSilence = limit > .zero ? limit + configuration.patienceWithSilence : nil
        // The server's clock is another one, which may run faster, and rounds.
        wire.timeIsUp = limit > .zero ? .now + (limit - limit / 50) : nil
        let scope = scope
        try scope?.begin()
        wire.scope = scope
        defer {
            wire.scope = nil
            if scope?.end(isLast: health == .broken) == false { breakDown() }
            settle(wire)
        }
        do {
            return try body(wire)
        } catch let error as PostgresError {
            if error.endsSession { breakDown() }
            if error.sqlState == "57014", scope?.isCancelled == true { throw CancellationError() }
            throw error
        }
    }

    /// Reads all results of one command and returns the last; throws the first error, once everything is read.
    func collect(_ wire: Wire, statement: String) throws -> ResultBlock {
        var last: ResultBlock?
        var failed: ResultBlock?
        while let block = try wire.nextResult(statement: statement) {
            switch block.status {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: last = block
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                // Nothing here answers it, so the exchange can only be given up.
                breakDown()
                throw PostgresError(code: .invalidUse, message: "COPY cannot be run as a statement; use copyIn", statement: statement)
            default: failed = failed ?? block
            }
            if failed != nil, wire.isBroken { break }
        }
        deliverNotifications()
        if let failed { throw PostgresError(failed, on: wire) }
        guard let last else { throw wire.lost(statement: statement) }
        return last
    }
}

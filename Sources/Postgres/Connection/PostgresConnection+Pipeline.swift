import CLibPQ

extension PostgresConnection {
    /// Runs many statements of one kind in one round trip: all or nothing.
    ///
    /// They are sent together and acknowledged together; the first error undoes them all and is thrown. Inside ``transaction(_:)`` they
    /// belong to that transaction. Everything that is sent and received is held in memory, so the caller bounds the number.
    public func executeAll<S: Statement>(_ statements: [S]) async throws -> [[S.Row]] {
        try await cancellable { connection in try connection.runAll(statements) }
    }

    /// The same on the connection's own thread, inside ``with(_:)`` or ``transaction(_:)``.
    @inlinable
    public func runAll<S: Statement>(_ statements: [S]) throws -> [[S.Row]] {
        if statements.isEmpty { return [] }
        if S.isPlannedOnce != plansOnce { try choosePlans(once: S.isPlannedOnce) }
        try prepare(type: ObjectIdentifier(S.self), name: S.name, sql: S.sql)
        let blocks = try pipeline(name: S.name, sql: S.sql, count: statements.count) { index, binds in statements[index].bind(&binds) }
        return try blocks.map { try $0.rows(of: S.self) }
    }

    @usableFromInline
    func pipeline(name: String, sql: String, count: Int, bind: (Int, inout Binds) -> Void) throws -> [ResultBlock] {
        var binds = takeBinds()
        defer { spareBinds = binds }
        let isPooled = configuration.pooler == .transaction
        return try undoingFailures {
            try command(name) { wire in
                try wire.enterPipeline()
                let before = isPooled ? try sendBeginning(wire) : 0
                for index in 0..<count {
                    binds.removeAll()
                    bind(index, &binds)
                    if isPooled {
                        try wire.sendUnprepared(sql, statement: name, binds)
                    } else {
                        try wire.sendExecute(name: name, binds)
                    }
                }
                if isPooled { try sendEnd(wire) }
                try wire.sendSync()
                let blocks = try collectPipeline(wire, count: before + count + 1, statement: name)
                try wire.exitPipeline()
                return Array(try blocks.get().dropFirst(before).prefix(count))
            }
        }
    }

    /// Runs one statement that leaves nothing behind on the server's connection: its settings go before it in the same transaction, and all
    /// in one round trip.
    func performUnprepared(name: String, sql: String, _ binds: borrowing Binds) throws -> ResultBlock {
        try undoingFailures {
            try command(name) { wire in
                try wire.enterPipeline()
                let before = try sendBeginning(wire)
                try wire.sendUnprepared(sql, statement: name, binds)
                try sendEnd(wire)
                try wire.sendSync()
                let blocks = try collectPipeline(wire, count: before + 2, statement: name)
                try wire.exitPipeline()
                guard let block = try blocks.get().dropFirst(before).first else { throw wire.lost(statement: name) }
                deliverNotifications()
                return block
            }
        }
    }

    /// Sends what a transaction of a pipeline begins with, unless one is open that has it; returns how many statements that took.
    ///
    /// Only a BEGIN of its own can choose the isolation; without one, the pipeline is a transaction by itself.
    private func sendBeginning(_ wire: Wire) throws -> Int {
        guard openTransaction == nil else { return 0 }
        if configuration.isolation != nil { try wire.sendUnprepared(configuration.beginning, statement: "begin", Binds()) }
        var binds = Binds()
        ApplySettings(configuration).bind(&binds)
        try wire.sendUnprepared(ApplyLocalSettings.sql, statement: ApplyLocalSettings.name, binds)
        return configuration.isolation == nil ? 1 : 2
    }

    private func sendEnd(_ wire: Wire) throws {
        guard openTransaction == nil, configuration.isolation != nil else { return }
        try wire.sendUnprepared("COMMIT", statement: "commit", Binds())
    }

    /// Ends the transaction that a pipeline began itself and whose statement failed: its COMMIT was passed over.
    private func undoingFailures<R>(_ body: () throws -> R) throws -> R {
        do {
            return try body()
        } catch {
            if openTransaction == nil, health == .inTransaction {
                let scope = scope
                rollBack()
                self.scope = scope
            }
            throw error
        }
    }

    /// Reads to the sync point, so that the connection is in order again even after an error.
    private func collectPipeline(_ wire: Wire, count: Int, statement: String) throws -> Result<[ResultBlock], PostgresError> {
        var blocks: [ResultBlock] = []
        blocks.reserveCapacity(count)
        var failed: PostgresError?
        var silences = 0
        while true {
            guard let block = try wire.nextResult(statement: statement) else {
                // One separates two statements; a dying connection gives nothing else.
                silences += 1
                if silences > 1 || wire.isBroken { throw failed ?? wire.lost(statement: statement) }
                continue
            }
            silences = 0
            switch block.status {
            case PGRES_PIPELINE_SYNC: return failed.map(Result.failure) ?? .success(blocks)
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK: blocks.append(block)
            case PGRES_PIPELINE_ABORTED: break
            default: failed = failed ?? PostgresError(block, on: wire)
            }
        }
    }
}

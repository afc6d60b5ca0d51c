import CLibPQ
import Glibc

/// The libpq connection: sends, waits within a limit, collects.
///
/// Not Sendable: it lives on its connection's thread. libpq is in non-blocking mode, so that every wait is a `poll` with a limit, even
/// while sending to a server that has stopped reading.
final class Wire {
    private let connection: OpaquePointer
    /// The longest silence of the server while it owes an answer; nil for no limit.
    var longestSilence: Duration?
    /// When the statement in flight runs into its `statement_timeout` at the earliest, by any clock; nil for no limit.
    var timeIsUp: ContinuousClock.Instant?
    /// Of the caller whose command is in flight: once it is cancelled, the server gets ``patienceWithCancelled`` and no more.
    var scope: CancelScope?

    /// How long a server may still be silent after it was asked to cancel: longer than one that lives takes.
    private static let patienceWithCancelled = Duration.seconds(3)
    /// How often to look whether the caller was cancelled.
    private static let look = Duration.milliseconds(250)

    init(_ connection: OpaquePointer) {
        self.connection = connection
    }

    deinit {
        PQfinish(connection)
    }

    var descriptor: Int32 { PQsocket(connection) }
    var isBroken: Bool { PQstatus(connection) == CONNECTION_BAD }
    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(connection) }
    var canceller: Canceller? { Canceller(connection) }
    var isPastLimit: Bool { timeIsUp.map { $0 <= .now } ?? false }

    /// Whether the server has said that each transaction of this session is read-only unless it asks for more; PostgreSQL 14 and newer say so.
    var isReadOnly: Bool { PQparameterStatus(connection, "default_transaction_read_only").map { String(cString: $0) == "on" } ?? false }

    func sendPrepare(name: String, sql: String) throws {
        try sent(PQsendPrepare(connection, name, sql, 0, nil), statement: name)
    }

    func sendSimple(_ sql: String, statement: String) throws {
        try sent(PQsendQuery(connection, sql), statement: statement)
    }

    func sendExecute(name: String, _ binds: borrowing Binds) throws {
        let accepted = send(binds) { count, values, lengths, formats in
            PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1)
        }
        try sent(accepted, statement: name)
    }

    /// Sends a statement's text with its parameters; the server keeps neither.
    func sendUnprepared(_ sql: String, statement: String, _ binds: borrowing Binds) throws {
        let accepted = send(binds) { count, values, lengths, formats in
            PQsendQueryParams(connection, sql, count, nil, values, lengths, formats, 1)
        }
        try sent(accepted, statement: statement)
    }

    private func send(
        _ binds: borrowing Binds,
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Int32
    ) -> Int32 {
        let count = binds.ends.count
        return binds.bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: count * 2) { numbers in
                    var start = 0
                    // An empty block has no address, and a nil value would mean NULL.
                    let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? UnsafePointer(emptyValue)
                    for index in 0..<count {
                        let end = binds.ends[index]
                        values[index] = end < 0 ? nil : base + start
                        numbers[index] = end < 0 ? 0 : Int32(clamping: end - start)
                        numbers[count + index] = 1
                        if end >= 0 { start = end }
                    }
                    return body(
                        Int32(clamping: count), values.baseAddress, numbers.baseAddress, numbers.baseAddress.map { $0 + count })
                }
            }
        }
    }

    func enterPipeline() throws {
        try sent(PQenterPipelineMode(connection), statement: nil)
    }

    func sendSync() throws {
        try sent(PQpipelineSync(connection), statement: nil)
    }

    func exitPipeline() throws {
        try sent(PQexitPipelineMode(connection), statement: nil)
    }

    /// The next result of the command in flight; nil at its end.
    func nextResult(statement: String) throws -> ResultBlock? {
        try flush(statement: statement)
        while PQisBusy(connection) != 0 {
            try wait(for: Int16(POLLIN), statement: statement)
            if PQconsumeInput(connection) == 0, PQisBusy(connection) != 0 { throw lost(statement: statement) }
        }
        return PQgetResult(connection).map { ResultBlock($0, statement: statement) }
    }

    /// Reads what has arrived while no command is in flight.
    func consume() {
        // A failure shows in `isBroken`.
        _ = PQconsumeInput(connection)
    }

    func nextNotification() -> PostgresNotification? {
        guard let notify = PQnotifies(connection) else { return nil }
        defer { PQfreemem(notify) }
        return PostgresNotification(channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra))
    }

    /// Sends one chunk of a COPY.
    func sendCopy(_ bytes: UnsafeRawBufferPointer, statement: String) throws {
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        while true {
            let accepted = PQputCopyData(connection, start, Int32(clamping: bytes.count))
            if accepted != 0 {
                try sent(max(accepted, 0), statement: statement)
                return try flush(statement: statement)
            }
            try flush(statement: statement)
        }
    }

    /// Ends a COPY; with a reason, the server throws away what it got.
    func endCopy(refusing reason: String?, statement: String) throws {
        while true {
            let accepted = PQputCopyEnd(connection, reason)
            if accepted != 0 { return try sent(max(accepted, 0), statement: statement) }
            try flush(statement: statement)
        }
    }

    /// Pushes out everything that is buffered, and takes in what the server sends meanwhile, so that the two never wait for each other.
    func flush(statement: String?) throws {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1:
                try wait(for: Int16(POLLIN | POLLOUT), statement: statement)
                if PQconsumeInput(connection) == 0, isBroken { throw lost(statement: statement) }
            default: throw lost(statement: statement)
            }
        }
    }

    private func sent(_ accepted: Int32, statement: String?) throws {
        if accepted == 1 { return }
        if isBroken { throw lost(statement: statement) }
        throw PostgresError(
            code: .invalidUse, message: ConnectFailure.oneLine(String(cString: PQerrorMessage(connection))), statement: statement)
    }

    private func wait(for events: Int16, statement: String?) throws {
        let deadline = longestSilence.map { ContinuousClock.now + $0 }
        var ready = pollfd(fd: descriptor, events: events, revents: 0)
        while true {
            var left = scope == nil ? nil : Self.look as Duration?
            if let deadline {
                let rest = deadline - .now
                guard rest > .zero else { throw silent(statement: statement) }
                left = min(rest, left ?? rest)
            }
            if let since = scope?.cancelledAt, since.duration(to: .now) > Self.patienceWithCancelled { throw silent(statement: statement) }
            let milliseconds = left.map {
                Int32(clamping: $0.components.seconds * 1000 + $0.components.attoseconds / 1_000_000_000_000_000 + 1)
            }
            let count = poll(&ready, 1, milliseconds ?? -1)
            if count > 0 { return }
            if count < 0, errno != EINTR { throw lost(statement: statement) }
        }
    }

    func lost(statement: String?) -> PostgresError {
        PostgresError(
            code: .connectionLost,
            message: "the connection to the server broke; whether the statement took effect is unknown", statement: statement)
    }

    private func silent(statement: String?) -> PostgresError {
        PostgresError(
            code: .connectionLost,
            message: "the server did not answer in time; whether the statement took effect is unknown", statement: statement)
    }
}

/// What an empty value points to.
private nonisolated(unsafe) let emptyValue: UnsafeMutablePointer<CChar> = {
    // Safe to share: one zero byte that nobody writes after this.
    let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    byte.initialize(to: 0)
    return byte
}()

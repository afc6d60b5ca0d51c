import CLibPQ

/// libpq with nothing around it: the client of the limit.
///
/// Blocks its thread; used by one thread only.
final class BareConnection {
    private let connection: OpaquePointer

    init(_ conninfo: String) throws {
        guard let connection = PQconnectdb(conninfo) else { throw BenchmarkError("There is no memory for a connection.") }
        self.connection = connection
        guard PQstatus(connection) == CONNECTION_OK else { throw failure("connecting") }
    }

    deinit { PQfinish(connection) }

    /// Runs a command and throws its result away.
    func run(_ sql: String) throws {
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else { throw failure("a command") }
    }

    /// Prepares a statement.
    func prepare(_ name: String, _ sql: String) throws {
        let result = PQprepare(connection, name, sql, 0, nil)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(name) }
    }

    /// Sends a prepared statement whose parameters stand one after another in a block, in binary form.
    func send(_ name: String, _ block: UnsafeRawBufferPointer, lengths: (Int32, Int32?)) throws {
        let count = lengths.1 == nil ? 1 : 2
        let start = block.baseAddress?.assumingMemoryBound(to: CChar.self)
        let values = [start, start.map { $0 + Int(lengths.0) }]
        let accepted = PQsendQueryPrepared(connection, name, Int32(count), values, [lengths.0, lengths.1 ?? 0], [1, 1], 1)
        guard accepted == 1, PQflush(connection) == 0 else { throw failure(name) }
    }

    /// Waits for the rows of what was sent and gives the first column of each, an int8, as it came.
    func receive(_ name: String, _ take: (UnsafeMutablePointer<CChar>) -> Void) throws {
        while let result = PQgetResult(connection) {
            defer { PQclear(result) }
            let status = PQresultStatus(result)
            guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else { throw failure(name) }
            for row in 0..<PQntuples(result) {
                if let value = PQgetvalue(result, row, 0) { take(value) }
            }
        }
    }

    /// Copies rows out, in PostgreSQL's text form, one line each.
    func copyOut(_ sql: String) throws -> [UInt8] {
        let opening = PQexec(connection, sql)
        defer { PQclear(opening) }
        guard PQresultStatus(opening) == PGRES_COPY_OUT else { throw failure("copying out") }
        var rows: [UInt8] = []
        var buffer: UnsafeMutablePointer<CChar>?
        while case let length = PQgetCopyData(connection, &buffer, 0), length > 0 {
            rows.append(contentsOf: UnsafeRawBufferPointer(start: buffer, count: Int(length)))
            PQfreemem(buffer)
        }
        while let result = PQgetResult(connection) { PQclear(result) }
        return rows
    }

    /// Copies rows in, in the form that ``copyOut(_:)`` gives.
    func copyIn(_ sql: String, _ rows: ArraySlice<UInt8>) throws {
        let opening = PQexec(connection, sql)
        defer { PQclear(opening) }
        guard PQresultStatus(opening) == PGRES_COPY_IN else { throw failure("copying in") }
        let sent = rows.withUnsafeBytes {
            PQputCopyData(connection, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: $0.count))
        }
        guard sent == 1, PQputCopyEnd(connection, nil) == 1 else { throw failure("copying in") }
        while let result = PQgetResult(connection) {
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure("copying in") }
        }
    }

    private func failure(_ doing: String) -> BenchmarkError {
        BenchmarkError("The bare client failed at \(doing): \(String(cString: PQerrorMessage(connection)))")
    }
}

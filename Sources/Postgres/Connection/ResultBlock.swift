import CLibPQ

/// One libpq result, freed with the last reference: a ``RowReader`` that outlives its statement still reads valid memory.
@usableFromInline
final class ResultBlock {
    private let result: OpaquePointer
    let statement: String
    @usableFromInline let rowCount: Int

    init(_ result: OpaquePointer, statement: String) {
        self.result = result
        self.statement = statement
        rowCount = Int(PQntuples(result))
    }

    deinit {
        PQclear(result)
    }

    var status: ExecStatusType { PQresultStatus(result) }

    /// The number in the command tag: rows inserted, updated, deleted, selected or copied.
    var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    var commandTag: String { String(cString: PQcmdStatus(result)) }

    func field(_ code: Character) -> String? {
        guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
        return String(cString: text)
    }

    @usableFromInline
    func cell(row: Int32, column: Int32) -> PostgresCell? {
        guard column < PQnfields(result) else { return nil }
        let type = PQftype(result, column)
        guard PQgetisnull(result, row, column) == 0 else { return PostgresCell(bytes: nil, typeOID: type) }
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
        return PostgresCell(bytes: bytes, typeOID: type)
    }

    /// Which column could not be read and why; never what it holds.
    @usableFromInline
    func failure(column: Int32, problem: PostgresCellProblem?, expected: String) -> PostgresError {
        let name = PQfname(result, column).map { "column \(column + 1) (\(String(cString: $0)))" } ?? "column \(column + 1)"
        let what =
            switch problem {
            case .isNull: "is NULL, but \(expected) is not optional"
            case .hasType(let oid): "has the type with OID \(oid), which cannot be read as \(expected)"
            case .isMalformed: "is not a well-formed \(expected)"
            case nil: "does not exist"
            }
        return PostgresError(code: .decode, message: "\(name) \(what)", statement: statement)
    }

    @inlinable
    func rows<S: Statement>(of type: S.Type) throws -> [S.Row] {
        var rows: [S.Row] = []
        rows.reserveCapacity(rowCount)
        var reader = RowReader(self)
        for row in 0..<rowCount {
            reader.move(to: row)
            rows.append(try S.decode(&reader))
        }
        return rows
    }
}

/// The columns of one row of a binary result, read in order.
public struct RowReader {
    @usableFromInline let block: ResultBlock
    @usableFromInline var row: Int32 = 0
    @usableFromInline var column: Int32 = 0

    @usableFromInline
    init(_ block: ResultBlock) {
        self.block = block
    }

    @inlinable
    mutating func move(to row: Int) {
        self.row = Int32(truncatingIfNeeded: row)
        column = 0
    }

    /// Reads the next column.
    ///
    /// Throws a ``PostgresError`` with code `decode` that names statement and column when the value is NULL, has another type or is not
    /// there.
    @inlinable
    public mutating func next<Value: PostgresDecodable>(_ type: Value.Type = Value.self) throws -> Value {
        guard let cell = block.cell(row: row, column: column) else {
            throw block.failure(column: column, problem: nil, expected: "\(Value.self)")
        }
        do {
            let value = try Value.decode(cell)
            column += 1
            return value
        } catch let problem {
            throw block.failure(column: column, problem: problem, expected: "\(Value.self)")
        }
    }
}

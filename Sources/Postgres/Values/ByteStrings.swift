extension UInt8: PostgresArrayElement {
    /// Reads bytea, or text as its UTF-8: an array of bytes is a byte string, not a PostgreSQL array.
    public static func decodeArray(_ cell: PostgresCell) throws(PostgresCellProblem) -> [UInt8] {
        guard let bytes = cell.bytes else { throw .isNull }
        guard cell.typeOID == TypeOID.bytea || cell.typeOID == TypeOID.text else { throw .hasType(cell.typeOID) }
        return [UInt8](bytes)
    }
}

extension Array: PostgresArrayElement where Element == UInt8 {
    /// Reads bytea[].
    public static func decodeArray(_ cell: PostgresCell) throws(PostgresCellProblem) -> [[UInt8]] {
        try ArrayFormat.decode(cell) { element, type throws(PostgresCellProblem) in
            try UInt8.decodeArray(PostgresCell(bytes: element, typeOID: type))
        }
    }
}

extension Array: PostgresScalar where Element == UInt8 {
    /// bytea.
    @inlinable public static var typeOID: UInt32 { TypeOID.bytea }

    /// Appends the bytes as they are.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self) }

    /// Reads bytea.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> [UInt8] { [UInt8](bytes) }
}

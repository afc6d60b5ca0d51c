/// Why a value cannot be read; the reader adds the statement's and the column's name.
public enum PostgresCellProblem: Error, Sendable {
    /// The value is NULL and the Swift type is not optional.
    case isNull
    /// The column has another type, given by its OID.
    case hasType(UInt32)
    /// The bytes are not what the type promises.
    case isMalformed
}

/// One value of a binary result, valid only while it is being decoded.
public struct PostgresCell {
    /// The value's bytes; nil for NULL.
    public let bytes: UnsafeRawBufferPointer?
    /// The column's type.
    public let typeOID: UInt32

    @usableFromInline
    init(bytes: UnsafeRawBufferPointer?, typeOID: UInt32) {
        self.bytes = bytes
        self.typeOID = typeOID
    }
}

/// A Swift type that one column can be read as.
public protocol PostgresDecodable {
    /// Reads the value.
    static func decode(_ cell: PostgresCell) throws(PostgresCellProblem) -> Self
}

/// A type that can be the element of a one-dimensional array.
public protocol PostgresArrayElement {
    /// Reads a whole array.
    static func decodeArray(_ cell: PostgresCell) throws(PostgresCellProblem) -> [Self]
}

/// A type with a binary form of its own, in both directions.
public protocol PostgresScalar: PostgresDecodable, PostgresArrayElement, Sendable {
    /// The PostgreSQL type whose binary form this is; it labels the elements of arrays that are sent.
    static var typeOID: UInt32 { get }
    /// The PostgreSQL types that are read without loss.
    static func reads(_ typeOID: UInt32) -> Bool
    /// Appends the binary form.
    func encode(into bytes: inout [UInt8])
    /// Reads the binary form of a type that ``reads(_:)`` accepts.
    static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> Self
}

extension PostgresScalar {
    /// Only the type that is sent.
    @inlinable
    public static func reads(_ typeOID: UInt32) -> Bool { typeOID == Self.typeOID }

    /// Checks for NULL and the type, then reads the bytes.
    @inlinable
    public static func decode(_ cell: PostgresCell) throws(PostgresCellProblem) -> Self {
        guard let bytes = cell.bytes else { throw .isNull }
        guard reads(cell.typeOID) else { throw .hasType(cell.typeOID) }
        return try decode(bytes, typeOID: cell.typeOID)
    }

    /// Reads an array without NULLs.
    public static func decodeArray(_ cell: PostgresCell) throws(PostgresCellProblem) -> [Self] {
        try ArrayFormat.decode(cell) { element, type throws(PostgresCellProblem) in
            try decode(PostgresCell(bytes: element, typeOID: type))
        }
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// NULL is nil.
    @inlinable
    public static func decode(_ cell: PostgresCell) throws(PostgresCellProblem) -> Self {
        cell.bytes == nil ? nil : try Wrapped.decode(cell)
    }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresScalar {
    /// Reads an array whose elements may be NULL.
    public static func decodeArray(_ cell: PostgresCell) throws(PostgresCellProblem) -> [Self] {
        try ArrayFormat.decode(cell) { element, type throws(PostgresCellProblem) in
            try element.map { bytes throws(PostgresCellProblem) in try Wrapped.decode(PostgresCell(bytes: bytes, typeOID: type)) }
        }
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    /// `[UInt8]` reads bytea, every other array a one-dimensional PostgreSQL array.
    public static func decode(_ cell: PostgresCell) throws(PostgresCellProblem) -> Self {
        try Element.decodeArray(cell)
    }
}

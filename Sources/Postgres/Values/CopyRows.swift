/// Rows of a binary COPY, written one after another by whoever has them.
public struct CopyRows {
    /// Sent to the server whenever it is so large.
    static let chunk = 64 * 1024

    @usableFromInline let fields: Int16
    @usableFromInline var bytes: [UInt8]

    init(fields: Int16, bytes: [UInt8]) {
        self.fields = fields
        self.bytes = bytes
        self.bytes.reserveCapacity(Self.chunk * 2)
    }

    /// Begins a row; one value for each column must follow.
    @inlinable
    public mutating func begin() { fields.write(into: &bytes) }

    /// Adds a value of exactly the column's type.
    @inlinable
    public mutating func add<Scalar: PostgresScalar>(_ value: Scalar) { ArrayFormat.write(value, into: &bytes) }

    /// Adds a value; nil is NULL.
    @inlinable
    public mutating func add<Scalar: PostgresScalar>(_ value: Scalar?) {
        if let value { add(value) } else { Int32(-1).write(into: &bytes) }
    }
}

/// The parameters of one statement, `$1` first, in PostgreSQL's binary form.
///
/// No types are sent: cast each parameter in the statement's text (`$1::bigint`), or the server may expect another width. All parameters
/// share one block of memory, which a connection reuses from statement to statement.
public struct Binds {
    @usableFromInline var bytes: [UInt8] = []
    /// Where each parameter ends in `bytes`, or -1 for NULL.
    @usableFromInline var ends: [Int] = []

    @usableFromInline init() {}

    @usableFromInline
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Adds NULL.
    @inlinable
    public mutating func addNull() {
        ends.append(-1)
    }

    /// Adds one value.
    ///
    /// `Int16` is int2, `Int32` int4, `Int64` and `Int` int8, `Bool` bool, `Double` float8, `String` text, `UUID` uuid, `Date` timestamptz,
    /// `[UInt8]` bytea and ``JSONText`` jsonb.
    @inlinable
    public mutating func add<Scalar: PostgresScalar>(_ value: Scalar) {
        value.encode(into: &bytes)
        ends.append(bytes.count)
    }

    /// Adds one value; nil is NULL.
    @inlinable
    public mutating func add<Scalar: PostgresScalar>(_ value: Scalar?) {
        if let value { add(value) } else { addNull() }
    }

    /// Adds a one-dimensional array; nil is NULL.
    @inlinable
    public mutating func add<Scalar: PostgresScalar>(_ values: [Scalar]?) {
        guard let values else { return addNull() }
        ArrayFormat.encode(values, into: &bytes)
        ends.append(bytes.count)
    }

    /// Adds a one-dimensional array.
    @inlinable
    public mutating func add<Scalar: PostgresScalar>(_ values: [Scalar]) {
        ArrayFormat.encode(values, into: &bytes)
        ends.append(bytes.count)
    }

    /// Adds a one-dimensional array whose elements may be NULL.
    @inlinable
    public mutating func add<Scalar: PostgresScalar>(_ values: [Scalar?]) {
        ArrayFormat.encode(values, into: &bytes)
        ends.append(bytes.count)
    }

    /// Adds a JSON document as jsonb; nil is NULL.
    @inlinable
    public mutating func addJSON(_ utf8: [UInt8]?) {
        guard let utf8 else { return addNull() }
        bytes.append(1)
        bytes.append(contentsOf: utf8)
        ends.append(bytes.count)
    }

    /// Adds JSON documents as jsonb[].
    @inlinable
    public mutating func addJSON(_ documents: [[UInt8]?]) {
        add(documents.map { $0.map(JSONText.init(utf8:)) })
    }
}

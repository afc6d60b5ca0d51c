/// PostgreSQL's binary form of a one-dimensional array: dimensions, NULL flag, element type, length, lower bound, then each element with
/// its length.
@usableFromInline
enum ArrayFormat {
    @inlinable
    static func encode<Scalar: PostgresScalar>(_ values: [Scalar], into bytes: inout [UInt8]) {
        writeHeader(count: values.count, hasNulls: false, type: Scalar.typeOID, into: &bytes)
        for value in values { write(value, into: &bytes) }
    }

    @inlinable
    static func encode<Scalar: PostgresScalar>(_ values: [Scalar?], into bytes: inout [UInt8]) {
        writeHeader(count: values.count, hasNulls: values.contains { $0 == nil }, type: Scalar.typeOID, into: &bytes)
        for value in values {
            if let value { write(value, into: &bytes) } else { Int32(-1).write(into: &bytes) }
        }
    }

    @usableFromInline
    static func writeHeader(count: Int, hasNulls: Bool, type: UInt32, into bytes: inout [UInt8]) {
        Int32(count == 0 ? 0 : 1).write(into: &bytes)
        Int32(hasNulls ? 1 : 0).write(into: &bytes)
        type.write(into: &bytes)
        guard count > 0 else { return }
        Int32(clamping: count).write(into: &bytes)
        Int32(1).write(into: &bytes)
    }

    /// The length is not known before the value is written, so its four bytes are filled in afterwards.
    @inlinable
    static func write<Scalar: PostgresScalar>(_ value: Scalar, into bytes: inout [UInt8]) {
        let start = bytes.count
        Int32(0).write(into: &bytes)
        value.encode(into: &bytes)
        setLength(Int32(clamping: bytes.count - start - 4), at: start, in: &bytes)
    }

    @usableFromInline
    static func setLength(_ length: Int32, at offset: Int, in bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: length.bigEndian, toByteOffset: offset, as: Int32.self) }
    }

    static func decode<Element>(
        _ cell: PostgresCell, element: (UnsafeRawBufferPointer?, UInt32) throws(PostgresCellProblem) -> Element
    ) throws(PostgresCellProblem) -> [Element] {
        guard let bytes = cell.bytes else { throw .isNull }
        var rest = bytes[...]
        func take(_ count: Int) throws(PostgresCellProblem) -> UnsafeRawBufferPointer {
            guard count >= 0, rest.count >= count else { throw .isMalformed }
            defer { rest = rest.dropFirst(count) }
            return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
        }
        // A scalar column is shorter than an array's header or does not start like one.
        guard bytes.count >= 12 else { throw .hasType(cell.typeOID) }
        let dimensions = try Int32.read(try take(4))
        let flags = try Int32.read(try take(4))
        let type = try UInt32.read(try take(4))
        guard (0...1).contains(dimensions), (0...1).contains(flags) else { throw .hasType(cell.typeOID) }
        if dimensions == 0 { return [] }
        let count = Int(try Int32.read(try take(4)))
        _ = try take(4)
        var values: [Element] = []
        values.reserveCapacity(min(max(count, 0), rest.count / 4))
        for _ in 0..<max(count, 0) {
            let length = Int(try Int32.read(try take(4)))
            values.append(try element(length < 0 ? nil : try take(length), type))
        }
        return values
    }
}

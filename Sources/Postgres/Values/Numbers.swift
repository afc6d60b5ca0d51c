/// Reads and writes integers in network order.
extension FixedWidthInteger {
    @inlinable
    static func read(_ bytes: UnsafeRawBufferPointer) throws(PostgresCellProblem) -> Self {
        guard bytes.count == MemoryLayout<Self>.size else { throw .isMalformed }
        return Self(bigEndian: bytes.loadUnaligned(as: Self.self))
    }

    @inlinable
    func write(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: bigEndian) { bytes.append(contentsOf: $0) }
    }
}

extension Int16: PostgresScalar {
    /// int2.
    @inlinable public static var typeOID: UInt32 { TypeOID.int2 }

    /// Appends two bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { write(into: &bytes) }

    /// Reads int2.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> Int16 { try read(bytes) }
}

extension Int32: PostgresScalar {
    /// int4.
    @inlinable public static var typeOID: UInt32 { TypeOID.int4 }

    /// int4 and int2.
    @inlinable
    public static func reads(_ typeOID: UInt32) -> Bool { typeOID == TypeOID.int4 || typeOID == TypeOID.int2 }

    /// Appends four bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { write(into: &bytes) }

    /// Reads int4, or int2 widened.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> Int32 {
        typeOID == TypeOID.int4 ? try read(bytes) : Int32(try Int16.read(bytes))
    }
}

extension Int64: PostgresScalar {
    /// int8.
    @inlinable public static var typeOID: UInt32 { TypeOID.int8 }

    /// int8, int4, int2 and oid.
    @inlinable
    public static func reads(_ typeOID: UInt32) -> Bool {
        typeOID == TypeOID.int8 || typeOID == TypeOID.int4 || typeOID == TypeOID.int2 || typeOID == TypeOID.oid
    }

    /// Appends eight bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { write(into: &bytes) }

    /// Reads int8, or a narrower integer widened.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> Int64 {
        switch typeOID {
        case TypeOID.int8: try read(bytes)
        case TypeOID.int4: Int64(try Int32.read(bytes))
        case TypeOID.oid: Int64(try UInt32.read(bytes))
        default: Int64(try Int16.read(bytes))
        }
    }
}

extension Int: PostgresScalar {
    /// int8.
    @inlinable public static var typeOID: UInt32 { TypeOID.int8 }

    /// What Int64 reads.
    @inlinable
    public static func reads(_ typeOID: UInt32) -> Bool { Int64.reads(typeOID) }

    /// Appends eight bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { Int64(self).write(into: &bytes) }

    /// Reads int8, or a narrower integer widened.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> Int {
        Int(try Int64.decode(bytes, typeOID: typeOID))
    }
}

extension Bool: PostgresScalar {
    /// bool.
    @inlinable public static var typeOID: UInt32 { TypeOID.bool }

    /// Appends one byte.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }

    /// Reads bool.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> Bool {
        try UInt8.read(bytes) != 0
    }
}

extension Double: PostgresScalar {
    /// float8.
    @inlinable public static var typeOID: UInt32 { TypeOID.float8 }

    /// float8 and float4.
    @inlinable
    public static func reads(_ typeOID: UInt32) -> Bool { typeOID == TypeOID.float8 || typeOID == TypeOID.float4 }

    /// Appends eight bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bitPattern.write(into: &bytes) }

    /// Reads float8, or float4 widened.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> Double {
        typeOID == TypeOID.float8 ? Double(bitPattern: try UInt64.read(bytes)) : Double(Float(bitPattern: try UInt32.read(bytes)))
    }
}

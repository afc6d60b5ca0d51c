public import FoundationEssentials

extension String: PostgresScalar {
    /// text.
    @inlinable public static var typeOID: UInt32 { TypeOID.text }

    /// text, varchar, char, name, and users' types: enums and citext.
    @inlinable
    public static func reads(_ typeOID: UInt32) -> Bool {
        switch typeOID {
        case TypeOID.text, TypeOID.varchar, TypeOID.bpchar, TypeOID.name, TypeOID.unknown: true
        default: typeOID >= TypeOID.firstUserType
        }
    }

    /// Appends UTF-8.
    ///
    /// The server refuses a text that contains U+0000.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }

    /// Reads UTF-8.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .isMalformed }
        return text
    }
}

/// A text as its UTF-8 bytes: nothing is checked or copied on the way to the server, which refuses what is not UTF-8.
public struct UTF8Text: Sendable, Hashable {
    /// The text.
    public var utf8: [UInt8]

    /// Wraps bytes that the server will check.
    @inlinable
    public init(utf8: [UInt8]) {
        self.utf8 = utf8
    }
}

extension UTF8Text: PostgresScalar {
    /// text.
    @inlinable public static var typeOID: UInt32 { TypeOID.text }

    /// What String reads.
    @inlinable
    public static func reads(_ typeOID: UInt32) -> Bool { String.reads(typeOID) }

    /// Appends the bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }

    /// Takes the bytes as they are.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> UTF8Text {
        UTF8Text(utf8: [UInt8](bytes))
    }
}

/// A JSON document as the bytes that PostgreSQL holds, not parsed.
public struct JSONText: Sendable, Hashable {
    /// The document.
    public var utf8: [UInt8]

    /// Wraps bytes that the server will check.
    @inlinable
    public init(utf8: [UInt8]) {
        self.utf8 = utf8
    }
}

extension JSONText: PostgresScalar {
    /// jsonb.
    @inlinable public static var typeOID: UInt32 { TypeOID.jsonb }

    /// jsonb and json.
    @inlinable
    public static func reads(_ typeOID: UInt32) -> Bool { typeOID == TypeOID.jsonb || typeOID == TypeOID.json }

    /// Appends jsonb's version byte and the document.
    @inlinable
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(1)
        bytes.append(contentsOf: utf8)
    }

    /// Reads jsonb or json.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> JSONText {
        guard typeOID == TypeOID.jsonb else { return JSONText(utf8: [UInt8](bytes)) }
        guard bytes.first == 1 else { throw .isMalformed }
        return JSONText(utf8: [UInt8](UnsafeRawBufferPointer(rebasing: bytes.dropFirst())))
    }
}

extension UUID: PostgresScalar {
    /// uuid.
    @inlinable public static var typeOID: UInt32 { TypeOID.uuid }

    /// Appends sixteen bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }

    /// Reads uuid.
    @inlinable
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> UUID {
        guard bytes.count == 16 else { throw .isMalformed }
        return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

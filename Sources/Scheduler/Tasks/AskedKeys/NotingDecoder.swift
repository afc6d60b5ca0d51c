import Foundation

/// A value that is decoded as always, while ``AskedKeys`` hears what it asks for.
struct Noted<Value: Decodable>: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        guard let notes = AskedKeys.current, !Self.isLeaf else {
            value = try decoder.singleValueContainer().decode(Value.self)
            return
        }
        value = try Value(from: NotingDecoder(decoder, notes))
        // A type without any keys asks for none, and does not even look whether there is an object.
        if !notes.hasNoted(decoder.codingPath), let all = try? decoder.container(keyedBy: AnyKey.self) {
            notes.note(present: all.allKeys.map(\.stringValue), at: decoder.codingPath)
        }
    }

    /// Whether there are no keys in it, or the JSON decoder has a form of its own for it.
    static var isLeaf: Bool {
        switch Value.self {
        case is String.Type, is Bool.Type, is Date.Type, is Data.Type, is URL.Type, is Decimal.Type: true
        case is any BinaryInteger.Type, is any BinaryFloatingPoint.Type: true
        default: false
        }
    }
}

/// Stands before another decoder, and notes the keys that it is asked for.
struct NotingDecoder: Decoder {
    private let inner: any Decoder
    private let notes: AskedKeys

    init(_ inner: any Decoder, _ notes: AskedKeys) {
        self.inner = inner
        self.notes = notes
    }

    var codingPath: [any CodingKey] { inner.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { inner.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let all = try inner.container(keyedBy: AnyKey.self)
        notes.note(present: all.allKeys.map(\.stringValue), at: all.codingPath)
        return KeyedDecodingContainer(NotingObject(inner: try inner.container(keyedBy: type), notes: notes))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        NotingArray(inner: try inner.unkeyedContainer(), notes: notes)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        NotingValue(inner: try inner.singleValueContainer())
    }
}

private struct NotingValue: SingleValueDecodingContainer {
    let inner: any SingleValueDecodingContainer

    var codingPath: [any CodingKey] { inner.codingPath }

    func decodeNil() -> Bool { inner.decodeNil() }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        Noted<Value>.isLeaf ? try inner.decode(type) : try inner.decode(Noted<Value>.self).value
    }
}

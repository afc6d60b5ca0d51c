/// An object that notes which of its keys are asked for.
struct NotingObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let inner: KeyedDecodingContainer<Key>
    let notes: AskedKeys

    var codingPath: [any CodingKey] { inner.codingPath }

    /// Whoever looks at all of them knows them all: those that its key type has a name for.
    var allKeys: [Key] {
        let keys = inner.allKeys
        for key in keys { note(key) }
        return keys
    }

    func contains(_ key: Key) -> Bool {
        note(key)
        return inner.contains(key)
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        note(key)
        return try inner.decodeNil(forKey: key)
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        note(key)
        return Noted<Value>.isLeaf ? try inner.decode(type, forKey: key) : try inner.decode(Noted<Value>.self, forKey: key).value
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        note(key)
        return try NotingDecoder(inner.superDecoder(forKey: key), notes).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        note(key)
        return NotingArray(inner: try inner.nestedUnkeyedContainer(forKey: key), notes: notes)
    }

    func superDecoder() throws -> any Decoder {
        notes.note(asked: AnyKey(stringValue: "super"), at: codingPath)
        return NotingDecoder(try inner.superDecoder(), notes)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        note(key)
        return NotingDecoder(try inner.superDecoder(forKey: key), notes)
    }

    private func note(_ key: Key) { notes.note(asked: key, at: codingPath) }
}

/// An array whose elements note what they are asked for.
struct NotingArray: UnkeyedDecodingContainer {
    var inner: any UnkeyedDecodingContainer
    let notes: AskedKeys

    var codingPath: [any CodingKey] { inner.codingPath }
    var count: Int? { inner.count }
    var isAtEnd: Bool { inner.isAtEnd }
    var currentIndex: Int { inner.currentIndex }

    mutating func decodeNil() throws -> Bool { try inner.decodeNil() }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        Noted<Value>.isLeaf ? try inner.decode(type) : try inner.decode(Noted<Value>.self).value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) throws -> KeyedDecodingContainer<NestedKey> {
        try NotingDecoder(inner.superDecoder(), notes).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        NotingArray(inner: try inner.nestedUnkeyedContainer(), notes: notes)
    }

    mutating func superDecoder() throws -> any Decoder { NotingDecoder(try inner.superDecoder(), notes) }
}

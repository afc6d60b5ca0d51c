import Foundation

/// What was asked for while JSON was decoded: the keys of each object, those that were there and those that the decoding type asked for.
///
/// A key that was there and that nobody asked for is one that nobody knows. This holds for every type, whether its decoding is synthesized
/// or written by hand, without a list of its keys.
// Unchecked, and safe: `noted` is the only thing that changes, and every look at it and every change holds the lock.
final class AskedKeys: @unchecked Sendable {
    /// One object of the JSON.
    struct Object: Sendable {
        /// The keys that it has.
        var present: Set<String> = []
        /// The keys that were asked for, there or not.
        var asked: Set<String> = []
    }

    /// Where decoding notes what it is asked for; nil, as for tasks that are stored, notes nothing.
    @TaskLocal static var current: AskedKeys?

    private let lock = NSLock()
    private var noted: [[String]: Object] = [:]

    /// Every object that was looked into, by the path to it; an element of an array is written `[0]`.
    var objects: [[String]: Object] { lock.withLock { noted } }

    /// Decodes, and notes what is asked for.
    func noting<Value>(_ decode: () throws -> Value) rethrows -> Value { try Self.$current.withValue(self, operation: decode) }

    /// Whether the object at this path was looked into.
    func hasNoted(_ path: [any CodingKey]) -> Bool { lock.withLock { noted[Self.text(path)] != nil } }

    func note(present: [String], at path: [any CodingKey]) {
        lock.withLock { noted[Self.text(path), default: Object()].present.formUnion(present) }
    }

    func note(asked key: some CodingKey, at path: [any CodingKey]) {
        _ = lock.withLock { noted[Self.text(path), default: Object()].asked.insert(key.stringValue) }
    }

    /// The path as people write it, piece by piece.
    static func text(_ path: [any CodingKey]) -> [String] { path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue } }
}

/// A key of any name.
struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
}

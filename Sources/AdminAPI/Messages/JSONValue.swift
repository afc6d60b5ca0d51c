import struct Scheduler.JSONBytes

/// A JSON value, kept as strictly as it was written.
///
/// A whole number is told from a fraction and from `true`, which the rules for bodies need; other numbers keep their digits.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A whole number that fits 64 bits.
    case integer(Int64)
    /// Any other number, as written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
    /// A value that is JSON already; only for writing.
    case encoded(JSONBytes)

    /// Whether Python would take the value for true: clients of Synapse rely on it for `delete_local_events`.
    var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .number(let text): Double(text) != 0
        case .string(let text): !text.isEmpty
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        case .encoded: true
        }
    }

    /// The members of an object; nil for anything else.
    var members: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// A string, or null for nil.
    static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

    /// A whole number.
    static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    /// JSON that is stored already, or null.
    static func stored(_ value: JSONBytes?) -> JSONValue { value.map { .encoded($0) } ?? .null }

    /// The value as UTF-8 bytes, keys sorted.
    var bytes: JSONBytes { JSONBytes(utf8: JSONWriter.write(self)) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral {
    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}

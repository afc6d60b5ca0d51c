/// A JSON value: the content of events and the bodies of answers.
///
/// Whole numbers stay whole. Objects are written with sorted keys, so that the same value always gives the same text.
public enum SandboxJSON: Sendable, Equatable {
    /// The JSON `null`.
    case null
    /// `true` or `false`; never read from a number.
    case bool(Bool)
    /// A whole number.
    case int(Int)
    /// A number with a fraction.
    case double(Double)
    /// A text.
    case string(String)
    /// An ordered list.
    case array([SandboxJSON])
    /// Keys and values; the order of the keys is not kept.
    case object([String: SandboxJSON])

    /// The value under a key, if this is an object that has it.
    public subscript(key: String) -> SandboxJSON? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The text, if this is one.
    public var text: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The whole number, if this is one.
    public var number: Int? {
        if case .int(let value) = self { value } else { nil }
    }

    /// The truth value, if this is one.
    public var flag: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if this is a list.
    public var elements: [SandboxJSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, if this is an object.
    public var members: [String: SandboxJSON]? {
        if case .object(let value) = self { value } else { nil }
    }
}

extension SandboxJSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A list.
    public init(arrayLiteral elements: SandboxJSON...) { self = .array(elements) }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// An object; of a repeated key the last value counts.
    public init(dictionaryLiteral elements: (String, SandboxJSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}

import Foundation
import Scheduler

/// Any JSON value: how stored params and results appear inside the output, unparsed by meaning.
enum JSONValue: Codable, Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// An object.
    case object([String: JSONValue])

    /// An object written in source code; of two equal keys the last one counts.
    init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(Dictionary(elements) { _, last in last }) }

    /// Text, or null when there is none.
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// A time in ISO 8601, or null when there is none.
    static func time(_ date: Date?) -> JSONValue { .text(date.map(Moment.iso)) }

    /// Reads stored bytes; what is not JSON is shown as text.
    init(_ bytes: JSONBytes) {
        self = (try? bytes.decode(JSONValue.self)) ?? .string(String(decoding: bytes.utf8, as: UTF8.self))
    }

    /// Decodes whatever is there.
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let array = try? container.decode([JSONValue].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Encodes the value as itself.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let bool): try container.encode(bool)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .string(let string): try container.encode(string)
        case .array(let array): try container.encode(array)
        case .object(let object): try container.encode(object)
        }
    }

    /// The member of an object.
    subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The text, if it is one.
    var text: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The whole number, if it is one.
    var whole: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    /// The elements, if it is a list.
    var elements: [JSONValue]? {
        if case .array(let array) = self { array } else { nil }
    }
}

public import Foundation

/// A JSON value as UTF-8 bytes, carried without being parsed.
///
/// Params, results and checkpoints travel like this, so that only the handler pays for decoding.
public struct JSONBytes: Hashable, Sendable {
    /// The UTF-8 text.
    public var utf8: [UInt8]

    /// Wraps bytes that are already JSON.
    public init(utf8: [UInt8]) { self.utf8 = utf8 }

    /// Wraps JSON text.
    public init(_ text: String) { self.utf8 = Array(text.utf8) }

    /// Encodes a value, keys sorted so that equal values give equal bytes.
    ///
    /// - Throws: `EncodingError` when the value has no JSON form.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.utf8 = try Array(encoder.encode(value))
    }

    /// The empty object.
    public static let emptyObject = JSONBytes("{}")

    /// The bytes as Foundation's `Data`.
    public var data: Data { Data(utf8) }

    /// Decodes the value.
    ///
    /// - Throws: `DecodingError` that names the key at fault.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        guard AskedKeys.current != nil else { return try JSONDecoder().decode(type, from: data) }
        return try JSONDecoder().decode(Noted<Value>.self, from: data).value
    }

    /// What the bytes are, as far as params are concerned.
    public enum Form: Sendable, Equatable {
        /// One JSON object, the only form that params may have.
        case object
        /// One JSON object, but a key stands twice in it or in an object within: readers would take different values.
        case repeatedKey(String)
        /// Anything else.
        case other
    }

    /// What the bytes are.
    public var form: Form { JSONSyntax.form(of: utf8) }

    /// Whether the bytes are one JSON object with each key once.
    public var isObject: Bool { form == .object }
}

extension JSONBytes: CustomStringConvertible {
    /// The length only: params never reach a log (I11).
    public var description: String { "JSON of \(utf8.count) bytes" }
}

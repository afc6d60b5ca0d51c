import Foundation

extension SandboxJSON {
    /// Reads one JSON value; `nil` if the bytes are not JSON.
    ///
    /// Nesting deeper than Foundation's own limit (512) is refused like a syntax error.
    public init?(parsing bytes: some Sequence<UInt8>) {
        guard let value = try? JSONDecoder().decode(Decoded.self, from: Data(bytes)) else { return nil }
        self = value.json
    }

    /// The decoder's view of a value, kept private so that the public type promises no `Decodable` shape.
    private struct Decoded: Decodable {
        let json: SandboxJSON

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                json = .null
            } else if let value = try? container.decode(Bool.self) {
                json = .bool(value)
            } else if let value = try? container.decode(Int.self) {
                json = .int(value)
            } else if let value = try? container.decode(Double.self) {
                json = .double(value)
            } else if let value = try? container.decode(String.self) {
                json = .string(value)
            } else if let value = try? container.decode([Decoded].self) {
                json = .array(value.map(\.json))
            } else {
                json = .object(try container.decode([String: Decoded].self).mapValues(\.json))
            }
        }
    }
}

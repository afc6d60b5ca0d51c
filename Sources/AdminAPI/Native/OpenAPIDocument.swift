import Foundation
import NIOCore
import Yams

/// `GET /_muster/v1/openapi.json`: what is served here, in OpenAPI 3.1, for tools that make clients and tests of it.
///
/// There is one source, `docs/openapi.yaml`; it is compiled in, read once, and written once for all who ask.
enum OpenAPIDocument {
    /// The description cannot be read; a test sees that it can.
    struct Unreadable: Error {}

    private static let document = Result { ByteBuffer(bytes: try json(PackageResources.openapi_yaml).bytes.utf8) }

    /// The description as it is.
    @Sendable static func show(_ call: Call) throws -> Reply {
        try call.query.allow(only: [])
        return Reply(prepared: try document.get())
    }

    /// YAML as JSON: what is written plain becomes what it looks like.
    static func json(_ yaml: [UInt8]) throws -> JSONValue {
        try value(try Yams.load(yaml: String(decoding: yaml, as: UTF8.self)))
    }

    private static func value(_ loaded: Any?) throws -> JSONValue {
        switch loaded {
        case nil, is NSNull: .null
        case let flag as Bool: .bool(flag)
        case let number as Int: .count(number)
        case let text as String: .string(text)
        case let list as [Any]: .array(try list.map(value))
        case let members as [String: Any]: .object(try members.mapValues(value))
        default: throw Unreadable()
        }
    }
}

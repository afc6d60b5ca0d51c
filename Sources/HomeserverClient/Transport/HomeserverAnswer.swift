import Foundation

/// What came back for a call, before anybody has judged whether the homeserver said it.
struct HomeserverAnswer: Sendable {
    var status: Int
    /// The `Content-Type` header as it came.
    var contentType: String?
    /// The `Retry-After` header as it came.
    var retryAfter: String?
    /// Empty where the type is not JSON: nobody reads a page.
    var body = Data()

    /// The homeserver writes nothing but JSON.
    var isJSON: Bool { mediaType == "application/json" }

    /// What was seen, for people: status and type, never content.
    var seen: String { "\(status), \(mediaType ?? "no content type")" }

    /// Type and subtype in small letters, without parameters; nil when there is none, or what is there is no such thing.
    private var mediaType: String? {
        guard let text = contentType?.prefix(while: { $0 != ";" }).lowercased() else { return nil }
        let name = text.trimmingCharacters(in: .whitespaces)
        let isName = name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 92 } && name.contains("/")
        return isName && name.utf8.count <= 100 ? name : nil
    }
}

/// An answer that is only looked at for being one: an object with any keys.
struct AnyAnswer: Decodable {
    private enum Key: CodingKey {}

    init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
}

/// The answer of a call that has nothing to tell: an object without keys.
struct EmptyAnswer: Decodable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self).allKeys
        guard keys.isEmpty else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "an empty object has keys"))
        }
    }
}

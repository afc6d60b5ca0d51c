import HTTPTypes
import Hummingbird
import Scheduler

/// Which requests are forwarded at all.
enum ForwardedRequest {
    /// Refuses what must not reach the homeserver.
    ///
    /// - Parameter identity: what this proxy calls itself in `Via`
    /// - Throws: 400, 401, 405 or 508.
    static func check(_ request: Request, identity: String) throws {
        guard request.uri.string.hasPrefix("/") else { throw APIError.refused("The request's target must be a path.") }
        guard request.method != .connect, request.method != .trace else {
            throw APIError(.methodNotAllowed, "M_UNRECOGNIZED", "Unrecognized request")
        }
        guard !request.headers[values: .via].contains(where: { $0.contains(identity) }) else {
            throw APIError(
                .init(code: 508, reasonPhrase: "Loop Detected"), "M_UNKNOWN",
                "This request was here before: homeserver.url leads back to Muster; let it name the homeserver itself.")
        }
        // A homeserver cannot know Muster's tokens, and must not be told them (I11).
        guard !carriesOwnToken(request.headers, target: request.uri.string, query: QueryItems(request.uri.query)) else {
            throw APIError(
                .unauthorized, "M_UNKNOWN_TOKEN", "Muster's own tokens are not known to the homeserver; use an access token of it.",
                members: ["soft_logout": false])
        }
    }

    /// Whether one of Muster's tokens is in the head: whatever begins like one where tokens belong, and a whole one anywhere else, in
    /// any header, in the path, and under any key of the query.
    static func carriesOwnToken(_ headers: HTTPFields, target: String, query: QueryItems) -> Bool {
        let places = query.all(QueryItems.tokenKey) + headers[values: .authorization]
        if places.contains(where: { holdsPrefix(Array($0.utf8)) }) { return true }
        if holdsToken(Array(target.utf8)) || holdsToken(PercentEncoding.bytes(target)) { return true }
        return headers.contains { holdsToken(Array($0.value.utf8)) || holdsToken(PercentEncoding.bytes($0.value)) }
    }

    private static let prefix = Array(TaskScheduler.tokenPrefix.utf8)

    /// Whether one of its words begins like a token: a homeserver's own token may have these letters in its middle.
    private static func holdsPrefix(_ bytes: [UInt8]) -> Bool {
        bytes.split { $0 == 32 || $0 == 9 }.contains { $0.starts(with: prefix) }
    }

    /// The prefix with as many letters and digits behind it as a token has.
    private static func holdsToken(_ bytes: [UInt8]) -> Bool {
        positions(in: bytes).contains { start in
            let secret = bytes[(start + prefix.count)...].prefix(TaskScheduler.tokenLetters)
            return secret.count == TaskScheduler.tokenLetters
                && secret.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
        }
    }

    private static func positions(in bytes: [UInt8]) -> [Int] {
        guard bytes.count >= prefix.count else { return [] }
        return (0...bytes.count - prefix.count).filter { bytes[$0] == prefix[0] && bytes[$0..<$0 + prefix.count].elementsEqual(prefix) }
    }
}

/// The query of a request, decoded, in the order that it was sent.
struct QueryItems: Sendable {
    /// The token's key, which every route accepts.
    static let tokenKey = "access_token"

    private let items: [(key: String, value: String)]

    init(_ query: String?) {
        items = (query ?? "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                PercentEncoding.decode(parts[0], plusIsSpace: true),
                parts.count > 1 ? PercentEncoding.decode(parts[1], plusIsSpace: true) : ""
            )
        }
    }

    /// Every value of a key.
    func all(_ key: String) -> [String] { items.filter { $0.key == key }.map(\.value) }

    /// The first value of a key.
    func first(_ key: String) -> String? { items.first { $0.key == key }?.value }

    /// The value of a key that may stand once.
    ///
    /// - Throws: 400 when it stands twice.
    func single(_ key: String) throws -> String? {
        let values = all(key)
        guard values.count <= 1 else {
            throw APIError.invalid("The query parameter '\(key)' is given \(values.count) times; give it once.", field: key)
        }
        return values.first
    }

    /// A whole number, at least 0, by Synapse's rule.
    ///
    /// - Throws: 400 `M_INVALID_PARAM` for anything else.
    func count(_ key: String) throws -> Int64? {
        guard let text = first(key) else { return nil }
        guard let number = Int64(text) else { throw APIError.invalid("Query parameter \(key) must be an integer") }
        guard number >= 0 else { throw APIError.invalid("Query parameter \(key) must be a positive integer.") }
        return number
    }

    /// Refuses keys that the route does not know.
    ///
    /// - Throws: 400 that names the nearest known key.
    func allow(only known: [String]) throws {
        guard let unknown = items.first(where: { !known.contains($0.key) && $0.key != Self.tokenKey })?.key else { return }
        guard !known.isEmpty else { throw APIError.invalid("This route takes no query parameters.") }
        throw APIError.unknown("query parameter", unknown, known: known)
    }
}

import Foundation

/// The target of a request, decoded.
struct RequestTarget: Sendable {
    /// Percent-decoded path segments.
    let segments: [String]
    let query: [String: String]

    init(_ target: String) {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments = (halves.first ?? "").split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(Self.decode)
        // Only the root has an empty segment alone; elsewhere an empty one is a parameter without a value.
        if segments == [""] { segments = [] }
        // The old prefix of the client API leads to the same endpoints.
        if segments.count > 2, segments[0] == "_matrix", segments[1] == "client", segments[2] == "r0" { segments[2] = "v3" }
        self.segments = segments
        var query: [String: String] = [:]
        if halves.count == 2 {
            for pair in halves[1].split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = Self.decode(parts[0])
                if query[name] == nil { query[name] = parts.count == 2 ? Self.decode(parts[1].map { $0 == "+" ? " " : $0 }) : "" }
            }
        }
        self.query = query
    }

    var path: String { "/" + segments.joined(separator: "/") }

    /// The target without an access token, fit to be remembered.
    static func withoutToken(_ target: String) -> String {
        guard let mark = target.firstIndex(of: "?") else { return target }
        let kept = target[target.index(after: mark)...].split(separator: "&").filter { !$0.hasPrefix("access_token=") }
        return target[..<mark] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }

    private static func decode(_ text: some Sequence<Character>) -> String {
        let text = String(text)
        return text.removingPercentEncoding ?? text
    }
}

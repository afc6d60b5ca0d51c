import Foundation

/// What a refusal of the homeserver means: pure, from status, header and body to an error.
enum AnswerReading {
    private struct MatrixError: Decodable {
        var errcode: String?
        var error: String?
        var retryAfterMs: Double?
        var softLogout: Bool?

        enum CodingKeys: String, CodingKey {
            case errcode, error
            case retryAfterMs = "retry_after_ms"
            case softLogout = "soft_logout"
        }
    }

    /// The error that an answer stands for; a body that is no Matrix error, such as a proxy's page, is not shown.
    static func error(of call: String, status: Int, retryAfterHeader: String?, body: Data, secrets: [String]) -> HomeserverError {
        let matrix = try? JSONDecoder().decode(MatrixError.self, from: body)
        let kind: HomeserverError.Kind =
            switch status {
            case 429: .limited(retryAfter: wait(milliseconds: matrix?.retryAfterMs, header: retryAfterHeader))
            case 500...599: .server
            // The homeserver always names an errcode; a proxy whose backend is away says 404, or 403, in words of its own.
            case 403...405 where matrix?.errcode == nil: .server
            case 400..<500: .client
            default: .invalidAnswer
            }
        var text = matrix?.error.map { shown($0, hiding: secrets) }
        if kind == .server, (400..<500).contains(status) {
            text = "it is no Matrix answer; a proxy gave it, or homeserver.url does not lead to the homeserver"
        }
        if kind == .invalidAnswer { text = "it is a redirect or no answer at all; check homeserver.url" }
        return HomeserverError(
            kind, call: call, status: status, errcode: matrix?.errcode.map { shown($0, hiding: secrets) }, serverText: text,
            softLogout: matrix?.softLogout)
    }

    /// `retry_after_ms` first, then the header's whole seconds; at most a day.
    static func wait(milliseconds: Double?, header: String?) -> Duration? {
        let day = 86_400_000.0
        if let milliseconds, milliseconds >= 0 { return .milliseconds(Int64(min(milliseconds, day).rounded(.up))) }
        if let header, let seconds = Double(header), seconds >= 0 { return .milliseconds(Int64(min(seconds * 1000, day).rounded(.up))) }
        return nil
    }

    /// Words of the homeserver, bounded and without secrets.
    static func shown(_ text: String, hiding secrets: [String]) -> String {
        var text = text
        for secret in secrets where !secret.isEmpty { text = text.replacing(secret, with: "[hidden]") }
        return text.count > 500 ? String(text.prefix(499)) + "…" : text
    }
}

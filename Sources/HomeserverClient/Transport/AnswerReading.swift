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

    /// The error that an answer other than success stands for; a body that is no Matrix error, such as a proxy's page, is not shown.
    static func error(of call: String, _ answer: HomeserverAnswer, secrets: [String]) -> HomeserverError {
        let matrix = answer.isJSON ? try? JSONDecoder().decode(MatrixError.self, from: answer.body) : nil
        if answer.status == 429 {
            return HomeserverError(
                .limited(retryAfter: wait(milliseconds: matrix?.retryAfterMs, header: answer.retryAfter)), call: call, status: 429,
                errcode: matrix?.errcode.map { shown($0, hiding: secrets) }, serverText: matrix?.error.map { shown($0, hiding: secrets) })
        }
        // The homeserver always names an errcode; a proxy whose homeserver is away says 404, or 502, in words of its own.
        guard let errcode = matrix?.errcode, isErrcode(errcode), (400..<600).contains(answer.status) else {
            // A proxy that waited in vain: nobody answered.
            if answer.status == 504 { return HomeserverError(.timeout, call: call, status: 504) }
            return foreign(call, answer)
        }
        let kind: HomeserverError.Kind = errcode == "M_MUSTER_LOOP" ? .notHomeserver : answer.status >= 500 ? .server : .client
        return HomeserverError(
            kind, call: call, status: answer.status, errcode: shown(errcode, hiding: secrets),
            serverText: matrix?.error.map { shown($0, hiding: secrets) }, softLogout: matrix?.softLogout)
    }

    /// The error for an answer whose form is not the endpoint's.
    static func foreign(_ call: String, _ answer: HomeserverAnswer) -> HomeserverError {
        let form =
            (200..<300).contains(answer.status) && answer.isJSON ? "it has another form than that endpoint's" : "it is no Matrix answer"
        return HomeserverError(
            .notHomeserver, call: call, status: answer.status,
            serverText: "\(answer.seen): \(form); a proxy gave it, or homeserver.url does not lead to the homeserver")
    }

    /// `M_FORBIDDEN`, `ORG.EXAMPLE_CODE`: capitals, digits, dots and underscores.
    private static func isErrcode(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 46 || $0 == 95 }
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

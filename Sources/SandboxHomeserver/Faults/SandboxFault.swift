/// A fault that the sandbox shows to the requests it matches.
///
/// ```swift
/// state.faults.inject(.tooManyRequests(retryAfter: .milliseconds(200)), next: 3, method: "PUT", pathContaining: "/redact/")
/// state.faults.inject(.cut, .afterEffect, method: "POST", pathPrefix: "/_synapse/admin/v1/purge_history/")
/// ```
public struct SandboxFault: Sendable, Equatable {
    /// What happens to a request.
    public enum Kind: Sendable, Equatable {
        /// 429 `M_LIMIT_EXCEEDED` with `retry_after_ms` and, in whole seconds rounded up, `Retry-After`.
        case tooManyRequests(retryAfter: Duration)
        /// This status with a Matrix error as JSON, as Synapse answers when something breaks inside.
        case status(Int)
        /// 404 `M_NOT_FOUND`, as Synapse answers for what it does not know.
        case forgotten
        /// This status and errcode as JSON, as Synapse answers where it refuses; 404 `M_UNRECOGNIZED` is a call that it does not have.
        case refusal(Int, errcode: String)
        /// This status with an HTML page, as a reverse proxy answers when Synapse is away; 200 for a page that says so.
        case proxyError(Int)
        /// 200 with this text as JSON, as something answers that is no homeserver, or one that is cut off.
        case json(String)
        /// The answer is right, but late.
        case slow(Duration)
        /// The connection closes without an answer.
        case cut
    }

    /// When it happens, seen from the request's effect.
    public enum Moment: Sendable, Equatable {
        /// The request has no effect; after `slow` it has.
        case beforeEffect
        /// The request has its effect, and only the answer suffers.
        case afterEffect
    }

    /// What happens.
    public var kind: Kind
    /// Before or after the request has had its effect.
    public var moment: Moment
    /// The method to match; `nil` for all.
    public var method: String?
    /// What the percent-decoded path must begin with.
    public var pathPrefix: String
    /// What the percent-decoded path must contain; empty for anything.
    public var pathContaining: String
    /// Matching requests that pass unharmed first.
    public var skipping: Int
    /// Matching requests that are then hit.
    public var remaining: Int

    func matches(method: String, path: String) -> Bool {
        (self.method.map { $0 == method } ?? true) && path.hasPrefix(pathPrefix)
            && (pathContaining.isEmpty || path.contains(pathContaining))
    }
}

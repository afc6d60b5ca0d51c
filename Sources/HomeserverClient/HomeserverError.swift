/// A call to the homeserver that did not succeed.
public struct HomeserverError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is; decides whether to try again.
    public enum Kind: Sendable, Hashable {
        /// No connection, or it was cut before the answer; the call may have had its effect.
        case unreachable
        /// No answer in time; the call may have had its effect.
        case timeout
        /// 429: too many calls. How long to wait, if the homeserver says so.
        case limited(retryAfter: Duration?)
        /// 5xx, or a 403, 404 or 405 that is no Matrix answer: the homeserver, or a proxy before it, is in trouble; the call may have had its
        /// effect.
        case server
        /// 4xx: refused; the same call would be refused again.
        case client
        /// An answer that cannot be read: no JSON, a key is missing, too large, a redirect.
        case invalidAnswer
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// What was tried, such as `redact an event`; holds no ids.
    public let call: String
    /// The HTTP status; nil when there was no answer.
    public let status: Int?
    /// The homeserver's `errcode`, such as `M_FORBIDDEN`.
    public let errcode: String?
    /// The homeserver's own words, at most 500 characters, secrets removed.
    public let serverText: String?
    /// The `soft_logout` of a 401.
    public let softLogout: Bool?

    /// An error of a call.
    public init(
        _ kind: Kind, call: String, status: Int? = nil, errcode: String? = nil, serverText: String? = nil, softLogout: Bool? = nil
    ) {
        self.kind = kind
        self.call = call
        self.status = status
        self.errcode = errcode
        self.serverText = serverText
        self.softLogout = softLogout
    }

    /// How long the homeserver asks to wait; nil when it does not say.
    public var retryAfter: Duration? {
        if case .limited(let wait) = kind { return wait }
        return nil
    }

    /// Whether the same call may succeed later.
    public var isTransient: Bool {
        switch kind {
        case .unreachable, .timeout, .limited, .server: true
        case .client, .invalidAnswer: false
        }
    }

    /// Whether the call may have had its effect although it failed.
    public var mayHaveHadEffect: Bool {
        switch kind {
        case .unreachable, .timeout, .server, .invalidAnswer: true
        case .limited, .client: false
        }
    }

    /// Whether the homeserver does not know the endpoint, rather than the thing asked for.
    public var isUnknownEndpoint: Bool { (status == 404 || status == 405) && errcode == "M_UNRECOGNIZED" }

    /// Whether the homeserver says that the thing asked for does not exist; a 404 without these words is some proxy's, and proves nothing.
    public var isNotFound: Bool { status == 404 && errcode == "M_NOT_FOUND" }

    /// One sentence; no token, and no id but what the homeserver's own words hold.
    public var description: String {
        switch kind {
        case .unreachable: "The homeserver could not be reached, or cut the connection, when asked to \(call)."
        case .timeout: "The homeserver did not answer in time when asked to \(call)."
        case .limited: "The homeserver limits how often it may be asked to \(call)\(reason)."
        case .server: "The homeserver failed when asked to \(call)\(reason)."
        case .client: "The homeserver refused to \(call)\(reason)."
        case .invalidAnswer: "The homeserver's answer when asked to \(call) cannot be used\(reason)."
        }
    }

    private var reason: String {
        let words = [status.map(String.init), errcode].compactMap { $0 }.joined(separator: " ")
        guard let serverText else { return words.isEmpty ? "" : ": \(words)" }
        return words.isEmpty ? ": \(serverText)" : ": \(words), \(serverText)"
    }
}

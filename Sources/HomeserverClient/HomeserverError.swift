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
        /// 5xx in the homeserver's own words: it is in trouble; the call may have had its effect.
        case server
        /// Something else answered, such as a proxy whose homeserver is away: a page, a redirect, an error without an `errcode`, JSON of another
        /// form than the endpoint's. Says nothing about what was asked; the call may have had its effect.
        case notHomeserver
        /// 4xx: refused; the same call would be refused again.
        case client
        /// An answer that is larger than the call allows.
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
        case .unreachable, .timeout, .limited, .server, .notHomeserver: true
        case .client, .invalidAnswer: false
        }
    }

    /// Whether the call may have had its effect although it failed.
    public var mayHaveHadEffect: Bool {
        switch kind {
        case .unreachable, .timeout, .server, .notHomeserver, .invalidAnswer: true
        case .limited, .client: false
        }
    }

    /// Whether the homeserver does not know the endpoint, rather than the thing asked for.
    public var isUnknownEndpoint: Bool { kind == .client && (status == 404 || status == 405) && errcode == "M_UNRECOGNIZED" }

    /// Whether the homeserver says that the thing asked for does not exist; a 404 without these words is some proxy's, and proves nothing.
    public var isNotFound: Bool { kind == .client && status == 404 && errcode == "M_NOT_FOUND" }

    /// Whether a Muster answered, to which the URL leads in place of a homeserver.
    public var isLoop: Bool { errcode == "M_MUSTER_LOOP" }

    /// Whether the homeserver says that the token is not, or no longer, valid.
    public var isTokenRefused: Bool { kind == .client && status == 401 }

    /// One sentence; no token, and no id but what the homeserver's own words hold.
    public var description: String {
        switch kind {
        case .unreachable: "The homeserver could not be reached, or cut the connection, when asked to \(call)."
        case .timeout: "The homeserver did not answer in time when asked to \(call)."
        case .limited: "The homeserver limits how often it may be asked to \(call)\(reason)."
        case .server: "The homeserver failed when asked to \(call)\(reason)."
        case .notHomeserver: "What answered when asked to \(call) is not the homeserver\(reason)."
        case .client: "The homeserver refused to \(call)\(reason)."
        case .invalidAnswer: "The homeserver's answer when asked to \(call) cannot be used\(reason)."
        }
    }

    private var reason: String {
        // There the text begins with the status.
        let words = kind == .notHomeserver ? "" : [status.map(String.init), errcode].compactMap { $0 }.joined(separator: " ")
        guard let serverText else { return words.isEmpty ? "" : ": \(words)" }
        return words.isEmpty ? ": \(serverText)" : ": \(words), \(serverText)"
    }
}

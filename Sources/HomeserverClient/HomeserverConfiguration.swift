/// Where the homeserver is, and with what rights it is called.
public struct HomeserverConfiguration: Sendable, CustomStringConvertible {
    /// How a user's own events are redacted in the user's name.
    public enum Puppet: Sendable, Hashable, CustomStringConvertible {
        /// The admin asks the homeserver for an access token of the user.
        case adminLogin
        /// An application service acts as the user; its namespace must cover the user.
        case applicationService(asToken: String)
        /// Not at all: the admin redacts.
        case none

        /// The kind, never the token.
        public var description: String {
            switch self {
            case .adminLogin: "admin_login"
            case .applicationService: "application_service"
            case .none: "none"
            }
        }
    }

    /// How long a call may take before it ends as ``HomeserverError/Kind/timeout``.
    public struct Timeouts: Sendable, Hashable {
        /// Calls that answer from one look-up.
        public var call: Duration
        /// Calls that read a page of events.
        public var page: Duration
        /// Calls that write: a redaction, the start of a purge.
        public var write: Duration
        /// Calls that answer only when a long piece of work is done.
        public var long: Duration
        /// All calls together that find out whether the homeserver is there and right.
        public var prepare: Duration = .seconds(8)

        /// Ten seconds for a look-up, a minute for a page or a write, ten for long work.
        public init(
            call: Duration = .seconds(10), page: Duration = .seconds(60), write: Duration = .seconds(60), long: Duration = .seconds(600)
        ) {
            self.call = call
            self.page = page
            self.write = write
            self.long = long
        }
    }

    /// The base, such as `http://localhost:8008`; a path in it is kept, a `/` at its end is not.
    public var url: String
    /// Where redactions are sent, such as a worker of the homeserver; nil means ``url``.
    public var clientURL: String?
    /// The access token of a server admin.
    public var adminToken: String
    /// Reads the admin's token again where it is kept, for when the homeserver refuses it; nil where it cannot change while the process runs.
    public var readAdminToken: (@Sendable () async -> String?)?
    /// How to act as a user.
    public var puppet: Puppet
    /// Whether a task may lift a user's rate limit while it redacts in the user's name.
    public var liftsRateLimits: Bool
    /// How long calls may take.
    public var timeouts: Timeouts

    /// A homeserver at a URL.
    public init(
        url: String, clientURL: String? = nil, adminToken: String, puppet: Puppet = .adminLogin, liftsRateLimits: Bool = true,
        timeouts: Timeouts = Timeouts()
    ) {
        self.url = Self.withoutSlash(url)
        self.clientURL = clientURL.map(Self.withoutSlash)
        self.adminToken = adminToken
        self.puppet = puppet
        self.liftsRateLimits = liftsRateLimits
        self.timeouts = timeouts
    }

    private static func withoutSlash(_ url: String) -> String {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }

    /// URL and kind of puppet; no token (I11).
    public var description: String { "homeserver \(url), puppet \(puppet)" }

    /// Every secret that must not leave the client.
    var secrets: [String] {
        if case .applicationService(let token) = puppet { return [adminToken, token] }
        return [adminToken]
    }
}

extension HomeserverConfiguration: CustomDebugStringConvertible, CustomReflectable {
    /// As ``description``.
    public var debugDescription: String { description }
    /// Nothing to look into, so that a dump shows no token.
    public var customMirror: Mirror { Mirror(self, children: ["url": url]) }
}

extension HomeserverConfiguration.Puppet: CustomDebugStringConvertible, CustomReflectable {
    /// As ``description``.
    public var debugDescription: String { description }
    /// Nothing to look into, so that a dump shows no token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What went wrong with Redis, in words that are safe to log: no argument of a command, no message, no password.
public struct RedisError: Error, Sendable, Equatable {
    /// The kind of trouble.
    public enum Code: String, Sendable {
        /// No connection could be made, or the last one is gone and the next is not there yet.
        case connectFailed
        /// The server wants another password or user; it stays so until somebody changes the configuration.
        case authentication
        /// The connection broke, or the server did not answer in time; whether a command in flight took effect is unknown.
        case connectionLost
        /// What answered does not speak Redis's protocol, or says too much; the connection is given up.
        case protocolViolation
        /// The server refused the command.
        case server
        /// Too much waits for the server already; nothing was sent.
        case busy
        /// The client was shut down.
        case clientClosed
        /// The library was called in a way that cannot work.
        case invalidUse
    }

    /// The kind of trouble.
    public let code: Code
    /// One sentence that says what is wrong and what to do.
    public let message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// A refusal of the server, by the code that its text begins with: what follows may repeat a command, and a password with it.
    init(serverText text: String) {
        let word = text.prefix { $0 != " " }
        let code = Self.serverCodes.contains(String(word)) ? String(word) : "an error of an unknown kind"
        let isAuthentication = ["NOAUTH", "WRONGPASS"].contains(code)
        self.init(code: isAuthentication ? .authentication : .server, message: "Redis answered: \(code)")
    }

    // Those of Redis 7 and of its clusters and sentinels; any other first word may be anything.
    private static let serverCodes: Set<String> = [
        "ASK", "BUSY", "BUSYGROUP", "BUSYKEY", "CLUSTERDOWN", "CROSSSLOT", "DENIED", "ERR", "EXECABORT", "IOERR", "LOADING", "MASTERDOWN",
        "MISCONF", "MOVED", "NOADDR", "NOAUTH", "NOGOODSLAVE", "NOMASTERLINK", "NOPERM", "NOPROTO", "NOREPLICAS", "NOSCRIPT", "NOTBUSY",
        "NOTREADY", "OOM", "READONLY", "TRYAGAIN", "UNBLOCKED", "UNKILLABLE", "WRONGPASS", "WRONGTYPE",
    ]
}

extension RedisError: CustomStringConvertible {
    /// The code before the message.
    public var description: String { "\(code.rawValue): \(message)" }
}

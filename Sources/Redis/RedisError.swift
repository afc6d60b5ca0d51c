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

    /// The server's own words, without what it quotes of the command.
    init(serverText text: String) {
        // "ERR unknown command 'x', with args beginning with: …" would repeat the arguments.
        let words = text.split(separator: ", with args", maxSplits: 1).first.map(String.init) ?? "an empty error"
        let kind = words.split(separator: " ", maxSplits: 1).first ?? ""
        let isAuthentication = ["NOAUTH", "WRONGPASS"].contains(kind)
        self.init(code: isAuthentication ? .authentication : .server, message: "Redis answered: \(words.prefix(200))")
    }
}

extension RedisError: CustomStringConvertible {
    /// The code before the message.
    public var description: String { "\(code.rawValue): \(message)" }
}

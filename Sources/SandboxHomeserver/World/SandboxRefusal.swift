/// Why the sandbox refuses a call: what a Matrix homeserver would answer.
///
/// Over HTTP it becomes the status and a body with `errcode` and `error`; from ``SandboxState`` it is thrown.
public struct SandboxRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The HTTP status.
    public let status: Int
    /// The Matrix error code, such as `M_FORBIDDEN`.
    public let errcode: String
    /// The sentence for people.
    public let message: String
    /// Further keys of the body, such as `soft_logout`.
    public var details: [String: SandboxJSON] = [:]

    /// The refusal in one line.
    public var description: String { "\(status) \(errcode): \(message)" }

    static func forbidden(_ message: String) -> Self { Self(status: 403, errcode: "M_FORBIDDEN", message: message) }
    static func notFound(_ message: String) -> Self { Self(status: 404, errcode: "M_NOT_FOUND", message: message) }
    static func badJSON(_ message: String) -> Self { Self(status: 400, errcode: "M_BAD_JSON", message: message) }
    static func missing(_ message: String) -> Self { Self(status: 400, errcode: "M_MISSING_PARAM", message: message) }
    static func invalid(_ message: String) -> Self { Self(status: 400, errcode: "M_INVALID_PARAM", message: message) }
    /// A 400 without a code of its own, which Synapse names `M_UNKNOWN`.
    static func bad(_ message: String) -> Self { Self(status: 400, errcode: "M_UNKNOWN", message: message) }

    static let notJSON = Self(status: 400, errcode: "M_NOT_JSON", message: "Content not JSON.")
    static let notAnObject = badJSON("Content must be a JSON object.")
    static let unrecognized = Self(status: 404, errcode: "M_UNRECOGNIZED", message: "Unrecognized request")
    static let wrongMethod = Self(status: 405, errcode: "M_UNRECOGNIZED", message: "Unrecognized request")
    static let tooLarge = Self(status: 413, errcode: "M_TOO_LARGE", message: "The request body is larger than 1 MiB")
    static let internalError = Self(status: 500, errcode: "M_UNKNOWN", message: "Internal server error")

    /// A refusal without a code of its own, with another status than 400.
    static func plain(_ status: Int, _ message: String) -> Self { Self(status: status, errcode: "M_UNKNOWN", message: message) }

    static func unknownToken(_ message: String, softLogout: Bool = false) -> Self {
        Self(status: 401, errcode: "M_UNKNOWN_TOKEN", message: message, details: ["soft_logout": .bool(softLogout)])
    }

    static func limitExceeded(retryAfterMilliseconds: Int) -> Self {
        Self(
            status: 429, errcode: "M_LIMIT_EXCEEDED", message: "Too Many Requests",
            details: ["retry_after_ms": .int(retryAfterMilliseconds)])
    }
}

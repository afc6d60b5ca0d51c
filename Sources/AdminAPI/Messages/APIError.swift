import Hummingbird
import Scheduler

/// What a request is answered with when it cannot be met: a status and `{"errcode", "error", "field"?}`.
struct APIError: Error {
    let status: HTTPResponse.Status
    let errcode: String
    let message: String
    var field: String?
    /// Further members of the body.
    var members: [String: JSONValue] = [:]
    /// Seconds after which it may go better.
    var retryAfter: Int?
    /// For the `Allow` header of a 405.
    var allowedMethods: [String] = []

    init(_ status: HTTPResponse.Status, _ errcode: String, _ message: String, field: String? = nil, members: [String: JSONValue] = [:]) {
        self.status = status
        self.errcode = errcode
        self.message = message
        self.field = field
        self.members = members
    }

    /// A value of the wrong kind or out of its bounds.
    static func invalid(_ message: String, field: String? = nil) -> APIError {
        APIError(.badRequest, "M_INVALID_PARAM", message, field: field)
    }

    /// A key that nobody knows, with the nearest known one, or all where none is near.
    static func unknown(_ what: String, _ key: String, known: [String]) -> APIError {
        let nearest = NearestName.to(key, among: known).map { "the nearest is '\($0)'" }
        let hint = nearest ?? "there are \(known.sorted().joined(separator: ", "))"
        return invalid("There is no \(what) of that name here; \(hint).", field: String(key.prefix(100)))
    }

    /// Nothing of this name is there.
    static func notFound(_ message: String) -> APIError { APIError(.notFound, "M_NOT_FOUND", message) }

    /// Synapse's errcode for what has none of its own.
    static func refused(_ message: String) -> APIError { APIError(.badRequest, "M_UNKNOWN", message) }

    /// The body breaks a rule of the endpoint.
    static func badBody(_ message: String) -> APIError { APIError(.badRequest, "M_BAD_JSON", message) }

    /// The request is fine, but the state of things forbids it.
    static func conflict(_ message: String, members: [String: JSONValue] = [:]) -> APIError {
        APIError(.conflict, "M_MUSTER_CONFLICT", message, members: members)
    }

    /// Something that Muster needs is away for now.
    static func unavailable(_ message: String) -> APIError {
        var error = APIError(.serviceUnavailable, "M_MUSTER_UNAVAILABLE", message)
        error.retryAfter = 5
        return error
    }

    /// The answer took longer than a request may take.
    static func timedOut(_ message: String, members: [String: JSONValue] = [:]) -> APIError {
        APIError(.gatewayTimeout, "M_MUSTER_TIMEOUT", message, members: members)
    }

    /// A call that some Muster meant for a homeserver.
    static let loop = APIError(
        HTTPResponse.Status(code: 508, reasonPhrase: "Loop Detected"), "M_MUSTER_LOOP",
        "homeserver.url leads to a Muster, not to the homeserver: its tasks would wait for themselves; give the homeserver's own address")

    /// Synapse's words for a failure that is nobody's fault but the server's.
    static let internalError = APIError(.internalServerError, "M_UNKNOWN", "Internal server error")

    /// The answer.
    var reply: Reply {
        var all = members
        all["errcode"] = .string(errcode)
        all["error"] = .string(message)
        if let field { all["field"] = .string(field) }
        var reply = Reply(.object(all), status: status)
        if let retryAfter { reply.headers[.retryAfter] = String(retryAfter) }
        if !allowedMethods.isEmpty { reply.headers[.allow] = allowedMethods.joined(separator: ", ") }
        return reply
    }
}

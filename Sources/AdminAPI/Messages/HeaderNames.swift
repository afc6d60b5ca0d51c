import HTTPTypes
import HomeserverClient

extension HTTPField.Name {
    /// Names a submission, so that sending it twice makes one task.
    static let idempotencyKey = known("Idempotency-Key")
    /// Names a request in the log; taken from the caller or made here.
    static let requestID = known("X-Request-Id")
    /// Whom the proxies on the way were called by, the nearest last.
    static let forwardedFor = known("X-Forwarded-For")
    /// Whether the first of them was called over `https`.
    static let forwardedProto = known("X-Forwarded-Proto")

    /// On what Muster itself asks of a homeserver.
    static let homeserverCall = known(HomeserverClient.callHeader)

    /// A name that is a valid token, or a harmless one: these literals are all valid, and a crash at start would be the worse answer.
    private static func known(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .accept }
}

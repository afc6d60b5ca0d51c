/// One message of `NOTIFY`.
public struct PostgresNotification: Sendable, Hashable {
    /// The channel that it was sent to.
    public let channel: String
    /// What was sent with it; empty when nothing was.
    public let payload: String

    /// Makes a notification.
    public init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
    }
}

/// What ``PostgresClient/listen(_:)`` yields.
public enum PostgresListenEvent: Sendable, Hashable {
    /// Listening has begun, for the first time or anew: whatever was sent before this moment is lost, so look once at what it would have
    /// announced.
    case reconnected
    /// Somebody sent a message.
    case notification(PostgresNotification)
}

import HomeserverClient

/// What the words of the homeserver mean where a status does not say it: pure.
enum RemoteFailure {
    /// Whether a purge that failed with this text may succeed later.
    ///
    /// `sliding_sync_joined_rooms`: after the homeserver's own redact the room's newest event lies below the bound, until somebody sends
    /// a message there. The others are transactions that lost against another one.
    static func mayPassLater(_ error: String) -> Bool { isWaitingForTraffic(error) || passing.contains { error.lowercased().contains($0) } }

    /// Whether only new traffic in the room helps.
    static func isWaitingForTraffic(_ error: String) -> Bool { error.contains("sliding_sync_joined_rooms") }

    /// Whether the database gave up because a statement took too long: less at once may help.
    static func isStatementTimeout(_ error: String) -> Bool { error.lowercased().contains("statement timeout") }

    /// Whether a room delete failed because somebody came back.
    static func isStillJoined(_ error: String) -> Bool { error.contains("still joined") }

    private static let passing = [
        "could not serialize", "deadlock", "lock timeout", "could not obtain lock", "canceling statement", "connection", "timed out",
        "timeout", "restarting", "shutting down",
    ]
}

extension HomeserverError {
    /// Whether the homeserver refuses what it was asked, or to do it now, as while it is at it already.
    ///
    /// Which of these, its own state tells.
    var isBadRequest: Bool { kind == .client && status == 400 }
}

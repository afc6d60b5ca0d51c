import HomeserverClient

/// Follows work that the homeserver does by itself.
struct RemoteWork: Sendable {
    let settings: HandlerSettings
    /// The end is seen at most this part of the time later than it was: an eighth, if nothing else is said.
    var part = 8

    /// Looks until the work is over.
    ///
    /// - Parameter look: the newest status; nil when the homeserver does not know the work (any more)
    /// - Returns: the last status; nil when the homeserver does not know the work.
    /// - Throws: ``StillRunning`` after the bound of looks.
    func follow<Status: Sendable>(
        _ what: String, isOver: (Status) -> Bool, look: @Sendable @escaping () async throws -> Status?
    ) async throws -> Status? {
        var waited = Duration.zero
        for _ in 0..<max(1, settings.mostPolls) {
            try Task.checkCancellation()
            guard let status = try await settings.retrying({ _ in try await look() }) else { return nil }
            if isOver(status) { return status }
            let wait = Self.wait(after: waited, part: part, first: settings.pollFirst, longest: settings.pollLongest)
            try await settings.retrying.pause(wait)
            waited += wait
        }
        throw StillRunning(what: what)
    }

    /// A part of the time waited so far, within bounds: the end is seen that much late at most.
    static func wait(after waited: Duration, part: Int, first: Duration, longest: Duration) -> Duration {
        min(max(waited / part, first), longest)
    }

    /// Half as long again each time, up to the longest.
    static func next(_ wait: Duration, longest: Duration) -> Duration { min(wait * 3 / 2, longest) }
}

/// The homeserver is at it for longer than one attempt waits; the next attempt goes on following.
struct StillRunning: Error, CustomStringConvertible {
    let what: String

    var description: String {
        "The homeserver has not finished \(what) yet; the next attempt goes on following it. If this repeats, look at the homeserver's log."
    }
}

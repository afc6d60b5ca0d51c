/// Asks the homeserver whether there is anything to purge, so that a mistake is answered at once and not by a failed task.
public protocol PurgeBoundLookup: Sendable {
    /// The room of an event; nil when the homeserver does not have the event.
    ///
    /// - Throws: an error when the homeserver cannot be asked; the purge is then accepted without the check.
    func room(ofEvent eventID: String) async throws -> String?

    /// Whether a room has an event at or before a time in milliseconds since 1970.
    ///
    /// - Throws: as ``room(ofEvent:)``.
    func hasEvent(inRoom roomID: String, atOrBefore timestamp: Int64) async throws -> Bool
}

import HomeserverClient

/// What a look at the room says of a slice of which the homeserver no longer knows what became.
enum PurgeProof: Sendable, Equatable {
    /// Nothing is left before the slice's bound.
    case done
    /// Something is.
    case left
    /// It cannot be told.
    case unknown

    /// Judges by the first event that can still be read and the slice's bound: pure.
    ///
    /// A purge removes what hangs less deep than its bound.
    static func of(oldestID: String?, oldest: RoomPlace?, before bound: String?, place: RoomPlace?) -> PurgeProof {
        guard let oldestID, let bound else { return .unknown }
        if oldestID == bound { return .done }
        guard let oldest, let place else { return .unknown }
        return oldest.depth >= place.depth ? .done : .left
    }

    /// Looks.
    ///
    /// A bound in time proves nothing: the homeserver goes by when it received an event, which it shows nobody.
    static func look(at slice: PurgeSlices.Slice, in history: RoomHistory) async throws -> PurgeProof {
        guard let bound = slice.before, let oldest = try await history.oldest() else { return .unknown }
        return of(
            oldestID: oldest.eventID, oldest: try await history.place(of: oldest.eventID), before: bound,
            place: try await history.place(of: bound))
    }
}

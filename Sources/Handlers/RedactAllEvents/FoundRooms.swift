import HomeserverClient

/// The rooms that a redact is about: pure.
struct FoundRooms: Sendable, Equatable {
    /// Ascending.
    let rooms: [String]
    /// How many of the user's rooms are left out, because nobody asked for rooms in which the user no longer is.
    let left: Int
    /// Whether the homeserver is too old to tell others than joined ones.
    let joinedOnly: Bool

    /// Rooms that the params name.
    init(named rooms: [String]) { (self.rooms, left, joinedOnly) = (Set(rooms).sorted(), 0, false) }

    /// Rooms by how the user stands to them: joined and banned ones, as Synapse has it, and all others on request.
    ///
    /// All, because who was kicked may be invited again, or knock, and what was sent before is there still.
    ///
    /// - Parameter marked: the rooms of an earlier attempt, which stay the task's, however the user stands to them by now
    init(_ memberships: UserMemberships, withLeft: Bool, marked: RoomMarks? = nil) {
        let taken =
            marked?.known(among: memberships.rooms.keys)
            ?? memberships.rooms.filter { withLeft || $0.value == "join" || $0.value == "ban" }.map(\.key)
        rooms = taken.sorted()
        left = memberships.rooms.count - taken.count
        joinedOnly = memberships.joinedOnly
    }
}

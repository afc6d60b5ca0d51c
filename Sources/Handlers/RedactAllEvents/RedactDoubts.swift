import HomeserverTasks

extension RedactCheckpoint {
    /// In a sentence each, what may be readable although the redact is over, and what helps; none means verified: pure.
    func doubts(_ elsewhere: RoomsElsewhere, _ user: RedactedUser = RedactedUser()) -> [String] {
        var doubts: [String] = []
        func add(_ applies: Bool, _ sentence: String) { if applies { doubts.append(sentence) } }
        add(
            !failedEvents.isEmpty,
            "\(Self.count(failedEvents.count, "event")) could not be redacted; failed_redactions says why.")
        add(
            !failedRooms.isEmpty,
            "In \(Self.count(failedRooms.count, "room")) nothing or not everything could be done; failed_rooms says why.")
        add(
            elsewhere.left > 0,
            "Readable events are in rooms that the user is no longer in, and that were left alone (\(Self.count(elsewhere.left, "room"))); "
                + "include_left_rooms takes them.")
        add(
            elsewhere.entered > 0,
            "Readable events are in rooms that the user has come into since the redact began (\(Self.count(elsewhere.entered, "room"))); "
                + "submit another one.")
        add(
            elsewhere.unlooked > 0,
            "Rooms of the user were left alone and not looked into (\(Self.count(elsewhere.unlooked, "room"))); include_left_rooms takes those "
                + "that the user is no longer in.")
        add(isCutByLimit, "Events older than those that limit counts are readable; a higher limit takes them.")
        add(
            foundInPass > 0,
            "The last look still found something to redact, as when the user goes on sending; submit another redact.")
        add(joinedRoomsOnly, "The homeserver is too old to tell which rooms the user has left; name them in rooms.")
        add(roomsOmitted, "The user is in too many rooms to keep a list of them, and one that was left meanwhile may be missing.")
        add(user.isUnknown, "The homeserver knows no such user; see whether user_id is right.")
        add(elsewhere.isNowhere && !user.isLocal, "The homeserver has seen the user in no room; see whether user_id is right.")
        return doubts
    }

    /// In a sentence each, what stays because the params leave it out, and what takes it: pure.
    ///
    /// - Parameter media: files that the user has uploaded; nil when nobody can tell
    func notes(media: Int?) -> [String] {
        var notes: [String] = []
        if let stays, !stays.isEmpty {
            let types = stays.byType.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5).map { "\($0.key): \($0.value)" }
            let more = stays.byType.count > types.count || stays.omitted > 0 ? ["…"] : []
            notes.append(
                "Events of types that were not asked for stay readable (\((types + more).joined(separator: ", "))); event_types: [\"*\"] "
                    + "takes them.")
        }
        if let media, media > 0 { notes.append("Files that the user has uploaded stay (\(media)); delete_user_media deletes them.") }
        return notes
    }

    private static func count(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
}

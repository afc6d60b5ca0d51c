/// The exclusive key under which redact, purge and delete of one room take turns (I10).
enum RoomKey {
    static func of(_ roomID: String) -> String { "room:\(roomID)" }
}

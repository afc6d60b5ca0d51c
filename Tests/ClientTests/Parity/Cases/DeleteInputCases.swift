extension ParityCase {
    private static func both(_ name: String, _ body: String?, room: String = "<room>") -> [ParityCase] {
        ["v1", "v2"].map { .one("delete \($0): \(name)", .delete("/_synapse/admin/\($0)/rooms/\(room)", body)) }
    }

    /// What the two delete endpoints refuse.
    static let deleteInput: [ParityCase] =
        both("no body", nil) + both("no JSON", "{") + both("body a list", "[]")
        + both("block a string", #"{"block":"yes"}"#) + both("purge a number", #"{"purge":1}"#)
        + both("force_purge null", #"{"force_purge":null}"#) + both("no room id", "{}", room: "nonsense")
        + both("a wrong boolean in what is no room", #"{"block":1}"#, room: "nonsense")
        + both("a new room by a user of another server", #"{"new_room_user_id":"<foreigner>"}"#)
        + both("a new room by what is no user", #"{"new_room_user_id":"nonsense"}"#)
        + both("a new room by nobody", #"{"new_room_user_id":""}"#)
        + both("a message that is a number", #"{"new_room_user_id":"<friend>","message":5}"#, room: "nonsense")
        + [
            .one("delete status: unknown", .get("/_synapse/admin/v2/rooms/delete_status/abcdefghijklmnop")),
            .one("deletes of a room: none", .get("/_synapse/admin/v2/rooms/<room>/delete_status")),
            .one("deletes of a room: an unknown room", .get("/_synapse/admin/v2/rooms/<no_room>/delete_status")),
            .one("deletes of a room: no room id", .get("/_synapse/admin/v2/rooms/nonsense/delete_status")),
        ]
}

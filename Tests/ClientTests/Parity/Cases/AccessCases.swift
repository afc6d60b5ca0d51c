extension ParityCase {
    private static let paths: [(name: String, step: ParityStep)] = [
        ("redact", .post("/_synapse/admin/v1/user/<user>/redact", #"{"rooms":[]}"#)),
        ("redact status", .get("/_synapse/admin/v1/user/redact_status/abc")),
        ("delete v1", .delete("/_synapse/admin/v1/rooms/<no_room>", "{}")),
        ("delete v2", .delete("/_synapse/admin/v2/rooms/<no_room>", "{}")),
        ("delete status", .get("/_synapse/admin/v2/rooms/delete_status/abc")),
        ("deletes of a room", .get("/_synapse/admin/v2/rooms/<no_room>/delete_status")),
        ("purge", .post("/_synapse/admin/v1/purge_history/<room>", #"{"purge_up_to_ts":0}"#)),
        ("purge to an event", .post("/_synapse/admin/v1/purge_history/<room>/<first>")),
        ("purge status", .get("/_synapse/admin/v1/purge_history_status/abc")),
        ("list", .get("/_synapse/admin/v1/scheduled_tasks")),
    ]

    /// Who may, and what is no path or no method.
    static let access: [ParityCase] =
        paths.flatMap { path in
            [("not an admin", ParityStep.Caller.user), ("no token", .nobody), ("unknown token", .stranger)].map { who, caller in
                var step = path.step
                step.caller = caller
                return .one("\(path.name): \(who)", step)
            }
        } + [
            // Before anything is looked at in a request, it is looked at who sends it.
            .one("redact: not an admin, and a broken body", .post("/_synapse/admin/v1/user/<user>/redact", "{", as: .user)),
            .one("delete v2: not an admin, and no room id", .delete("/_synapse/admin/v2/rooms/nonsense", "{}", as: .user)),
            .one("purge: not an admin, and an unknown event", .post("/_synapse/admin/v1/purge_history/<room>/$x", as: .user)),
            .one("a token in the query", .get("/_synapse/admin/v1/user/redact_status/abc?access_token=nobody_knows_this", as: .nobody)),
            .one("an unknown path", .get("/_synapse/admin/v1/nothing_of_the_kind")),
            .one("an unknown path below a known one", .get("/_synapse/admin/v2/rooms/delete_status/abc/more")),
            .one("redact: GET", .get("/_synapse/admin/v1/user/<user>/redact")),
            .one("redact status: POST", .post("/_synapse/admin/v1/user/redact_status/abc", "{}")),
            .one("purge status: DELETE", .delete("/_synapse/admin/v1/purge_history_status/abc", "{}")),
            .one("list: POST", .post("/_synapse/admin/v1/scheduled_tasks", "{}")),
            .one("purge: an empty event id", .post("/_synapse/admin/v1/purge_history/<room>/")),
        ]
}

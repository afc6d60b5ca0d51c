import SchedulerTesting

extension ParityCase {
    private static func body(_ name: String, _ body: String?, room: String = "<room>") -> ParityCase {
        .one("purge: \(name)", .post("/_synapse/admin/v1/purge_history/\(room)", body))
    }

    /// What the purge endpoint refuses.
    static let purgeInput: [ParityCase] = [
        body("no bound", "{}"),
        body("no body", nil),
        body("no JSON", "{"),
        body("body a list", "[]"),
        body("a time that is a string", #"{"purge_up_to_ts":"now"}"#),
        body("a time that is true", #"{"purge_up_to_ts":true}"#),
        body("a time that is a fraction", #"{"purge_up_to_ts":1.5}"#),
        body("a time that is null", #"{"purge_up_to_ts":null}"#),
        body("a time before everything", #"{"purge_up_to_ts":1}"#, room: "<other>"),
        body("a time below zero", #"{"purge_up_to_ts":-1}"#, room: "<other>"),
        body("a time in an unknown room", #"{"purge_up_to_ts":99999999999999}"#, room: "<no_room>"),
        body("a time in what is no room", #"{"purge_up_to_ts":99999999999999}"#, room: "nonsense"),
        body("an event that nobody knows", #"{"purge_up_to_event_id":"$nobody_knows"}"#),
        body("an event of another room", #"{"purge_up_to_event_id":"<other_event>"}"#),
        body("an event that is a number", #"{"purge_up_to_event_id":5}"#),
        body("an event that is empty", #"{"purge_up_to_event_id":""}"#),
        body("an unknown event, and a good time", #"{"purge_up_to_event_id":"$nobody_knows","purge_up_to_ts":99999999999999}"#),
        .one("purge: an unknown event in the path", .post("/_synapse/admin/v1/purge_history/<room>/$nobody_knows")),
        .one("purge: an event of another room in the path", .post("/_synapse/admin/v1/purge_history/<room>/<other_event>")),
        .one(
            "purge: the path before the body",
            .post("/_synapse/admin/v1/purge_history/<room>/$nobody_knows", #"{"purge_up_to_event_id":"<last>"}"#)),
        .one("purge status: unknown", .get("/_synapse/admin/v1/purge_history_status/abcdefghijklmnop")),
    ]

    private static func story(_ name: String, _ path: String, _ body: String?) -> ParityCase {
        ParityCase(
            name: "purge: \(name)",
            prepare: { world in
                var words = try await world.roomWithMessages(6)
                let events = try await world.client.readAllMessages(in: words["fresh_room"] ?? "")
                words["time"] = "\((events.last?.timestamp ?? 0) + 60_000)"
                return words
            },
            steps: [
                ParityStep.post("/_synapse/admin/v1/purge_history/<fresh_room>\(path)", body).saving("purge_id"),
                ParityStep.get("/_synapse/admin/v1/purge_history_status/<purge_id>").until("complete", "failed"),
            ],
            effects: { try await $0.messages(in: $1["fresh_room"] ?? "") })
    }

    /// What a purge does.
    static let purges: [ParityCase] = [
        story("up to an event, local messages too", "/<fresh_e3>", #"{"delete_local_events":true}"#),
        story("up to an event of the body", "", #"{"purge_up_to_event_id":"<fresh_e3>","delete_local_events":true}"#),
        story("local messages stay by default", "/<fresh_e3>", nil),
        story("whatever is true enough", "/<fresh_e3>", #"{"delete_local_events":"yes"}"#),
        story("up to a time after everything", "", #"{"purge_up_to_ts":<time>,"delete_local_events":true}"#),
        ParityCase(
            name: "purge: two of one room",
            prepare: { try await $0.roomWithMessages(4) },
            steps: [
                ParityStep.post("/_synapse/admin/v1/purge_history/<fresh_room>/<fresh_e1>", #"{"delete_local_events":true}"#).saving(
                    "purge_id"),
                ParityStep.get("/_synapse/admin/v1/purge_history_status/<purge_id>").until("complete", "failed"),
                ParityStep.post("/_synapse/admin/v1/purge_history/<fresh_room>/<fresh_e3>", #"{"delete_local_events":true}"#).saving(
                    "purge_id"),
                ParityStep.get("/_synapse/admin/v1/purge_history_status/<purge_id>").until("complete", "failed"),
            ],
            effects: { try await $0.messages(in: $1["fresh_room"] ?? "") }),
        ParityCase(
            name: "purge: up to an event that is purged",
            prepare: { try await $0.roomWithMessages(4) },
            steps: [
                ParityStep.post("/_synapse/admin/v1/purge_history/<fresh_room>/<fresh_e3>", #"{"delete_local_events":true}"#).saving(
                    "purge_id"),
                ParityStep.get("/_synapse/admin/v1/purge_history_status/<purge_id>").until("complete", "failed"),
                ParityStep.post("/_synapse/admin/v1/purge_history/<fresh_room>/<fresh_e0>"),
            ]),
        ParityCase(
            name: "purge status: the id of a redact",
            prepare: { ["ghost": "@kind-\($0.user.id.dropFirst())"] },
            steps: [
                ParityStep.post("/_synapse/admin/v1/user/<ghost>/redact", #"{"rooms":[]}"#).saving("redact_id"),
                ParityStep.get("/_synapse/admin/v1/user/redact_status/<redact_id>").until("complete"),
                ParityStep.get("/_synapse/admin/v1/purge_history_status/<redact_id>"),
                ParityStep.get("/_synapse/admin/v2/rooms/delete_status/<redact_id>"),
            ]),
    ]
}

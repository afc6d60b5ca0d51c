extension ParityCase {
    private static func body(_ name: String, _ body: String?) -> ParityCase {
        .one("redact: \(name)", .post("/_synapse/admin/v1/user/<nobody>/redact", body))
    }

    /// What the redact endpoint refuses, and what it takes.
    static let redactInput: [ParityCase] = [
        body("no rooms", "{}"),
        body("rooms null", #"{"rooms":null}"#),
        body("rooms no list", #"{"rooms":"all"}"#),
        body("rooms with a number", #"{"rooms":[5]}"#),
        body("no JSON", "rooms"),
        body("no body", nil),
        body("body a list", "[]"),
        body("body a string", #""x""#),
        body("limit below zero", #"{"rooms":[],"limit":-1}"#),
        body("limit a string", #"{"rooms":[],"limit":"5"}"#),
        body("limit a fraction", #"{"rooms":[],"limit":5.5}"#),
        body("limit a whole float", #"{"rooms":[],"limit":5.0}"#),
        body("limit true", #"{"rooms":[],"limit":true}"#),
        body("reason a number", #"{"rooms":[],"reason":5}"#),
        body("use_admin a number", #"{"rooms":[],"use_admin":1}"#),
        body("before_ts a string", #"{"rooms":[],"before_ts":"now"}"#),
        body("after_ts a list", #"{"rooms":[],"after_ts":[]}"#),
        body("a span that ends before it begins", #"{"rooms":[],"after_ts":1764000000001,"before_ts":1764000000000}"#),
        body("no rooms and a wrong limit", #"{"limit":"5"}"#),
        .one("redact: no user id", .post("/_synapse/admin/v1/user/nonsense/redact", #"{"rooms":[]}"#)),
        .one("redact: a user id without a server", .post("/_synapse/admin/v1/user/@nobody/redact", #"{"rooms":[]}"#)),
        .one("redact: no user id, and a broken body", .post("/_synapse/admin/v1/user/nonsense/redact", "{")),
        .one("redact status: unknown", .get("/_synapse/admin/v1/user/redact_status/abcdefghijklmnop")),
        .one("redact status: digits", .get("/_synapse/admin/v1/user/redact_status/12345")),
        taken("limit zero", "limit-zero", #"{"rooms":[],"limit":0}"#),
        taken("nulls", "nulls", #"{"rooms":[],"limit":null,"reason":null,"use_admin":null,"before_ts":null,"after_ts":null}"#),
        taken("unknown keys", "unknown-keys", #"{"rooms":[],"colour":"red"}"#),
        taken("a room that nobody knows", "unknown-room", #"{"rooms":["<no_room>"]}"#),
        taken("rooms that are no ids", "no-ids", #"{"rooms":["nonsense"]}"#),
    ]

    /// A redact of somebody who does not exist, which is accepted and ends.
    private static func taken(_ name: String, _ user: String, _ body: String) -> ParityCase {
        ParityCase(
            name: "redact: \(name)", prepare: { ["ghost": "@\(user)-\($0.user.id.dropFirst())"] },
            steps: [
                ParityStep.post("/_synapse/admin/v1/user/<ghost>/redact", body).saving("redact_id"),
                ParityStep.get("/_synapse/admin/v1/user/redact_status/<redact_id>").until("complete", "failed"),
            ])
    }
}

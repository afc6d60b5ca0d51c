extension ParityCase {
    private static func query(_ name: String, _ query: String) -> ParityCase {
        .one("list: \(name)", .get("/_synapse/admin/v1/scheduled_tasks?\(query)"))
    }

    /// A list that holds one finished redact of a user whom nobody else has.
    private static func story(_ name: String, _ query: String) -> ParityCase {
        ParityCase(
            name: "list: \(name)", prepare: { ["ghost": "@\(name.filter(\.isLetter))-\($0.user.id.dropFirst())"] },
            steps: [
                ParityStep.post("/_synapse/admin/v1/user/<ghost>/redact", #"{"rooms":[]}"#).saving("redact_id"),
                ParityStep.get("/_synapse/admin/v1/user/redact_status/<redact_id>").until("complete"),
                .get("/_synapse/admin/v1/scheduled_tasks?resource_id=<ghost>\(query)"),
            ])
    }

    /// The list of tasks.
    static let lists: [ParityCase] = [
        query("an unknown status", "status=sleeping"),
        query("an unknown status under its old name", "job_status=sleeping"),
        query("an empty status", "status="),
        query("an unknown action", "action_name=nothing_of_the_kind"),
        query("an unknown resource", "resource_id=nobody"),
        query("nothing so old", "max_timestamp=0"),
        query("a time that is no number", "max_timestamp=now"),
        query("a time below zero", "max_timestamp=-1"),
        query("none is cancelled", "status=cancelled&resource_id=<nobody>"),
        query("an unknown key", "colour=red&max_timestamp=0"),
        story("by resource", ""),
        story("by status", "&status=complete"),
        story("by status under its old name", "&job_status=complete"),
        story("by two statuses", "&status=failed&status=complete"),
        story("by another status", "&status=failed"),
        story("the new name before the old", "&status=failed&job_status=complete"),
        story("by action", "&action_name=redact_all_events"),
        story("by another action", "&action_name=purge_history"),
        story("by time", "&max_timestamp=99999999999999"),
    ]
}

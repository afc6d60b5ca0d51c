import Postgres

/// What ``SubmitPlain`` and ``SubmitPlainAudited`` share.
enum PlainSubmission {
    static func sql(audited: Bool) -> String {
        let extra = audited ? (types: ", $7::text[], $8::text[]", columns: ", origin, action_name") : (types: "", columns: "")
        let audit = """
            , audit AS (
                INSERT INTO muster.audit (at, who, origin, verb, subject, action)
                SELECT now, left(coalesce(requested_by, 'unknown'), 250), left(origin, 60), 'submit', id::text, action_name FROM incoming
                WHERE origin IS NOT NULL
            )
            """
        return """
            WITH moment AS MATERIALIZED (
                SELECT muster.task_moment() AS upper, muster.clock() AS now
            ), incoming AS MATERIALIZED (
                SELECT m.upper | (nextval('muster.task_number') & 524287) AS id, m.now, u.*
                FROM moment m CROSS JOIN unnest($1::smallint[], $2::smallint[], $3::smallint[], $4::text[], $5::text[], $6::text[]\(extra.types))
                    WITH ORDINALITY AS u(action, priority, max_attempts, resource_id, requested_by, params\(extra.columns), n)
            ), body AS (
                INSERT INTO muster.task (id, action, priority, max_attempts, run_at, created_at, resource_id, requested_by, params)
                SELECT id, action, priority, max_attempts, now, now, resource_id, requested_by, params FROM incoming
            ), due AS (
                INSERT INTO muster.ready (id, run_at, action, priority) SELECT id, now, action, priority FROM incoming
            )\(audited ? audit : "")
            SELECT id FROM incoming ORDER BY n
            """
    }

    static func bind(_ items: [SubmitTasks.Item], _ binds: inout Binds) {
        binds.add(items.map(\.action))
        binds.add(items.map(\.priority))
        binds.add(items.map(\.maxAttempts))
        binds.add(items.map(\.resourceID))
        binds.add(items.map(\.requestedBy))
        binds.add(items.map(\.params))
    }
}

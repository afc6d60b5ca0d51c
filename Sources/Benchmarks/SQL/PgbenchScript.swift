/// What pgbench does beside Muster's submission of one task: the same rows into the same tables, in one statement and one commit.
enum PgbenchScript {
    /// A script for `pgbench -f`, after Muster's own tables.
    static func insert(paramsBytes: Int) -> String {
        """
        WITH body AS (
            INSERT INTO muster.task (id, action, priority, run_at, created_at, params)
            VALUES (muster.next_task_id(), (SELECT id FROM muster.action LIMIT 1), 5, muster.clock(), muster.clock(),
                '{"at":0,"pad":"\(String(repeating: "x", count: max(0, paramsBytes - 17)))"}')
            RETURNING id, run_at, action, priority, params
        )
        INSERT INTO muster.ready (id, run_at, action, priority, params) SELECT id, run_at, action, priority, params FROM body;

        """
    }
}

import Postgres

/// Notes what is left of each rate after a claim took its tasks.
///
/// Sent in the transaction that holds the actions' turn. Locks the actions' rows in `action_rate`; served by its primary key. The clock
/// of a row never goes back: a transaction that began earlier may come later. Except from a minute ahead, when the database's was set back.
struct SpendTokens: Statement {
    static let name = "spend_tokens"
    static let sql = """
        INSERT INTO muster.action_rate AS r (action, tokens, refilled_at)
        SELECT s.action, s.tokens, muster.clock() FROM unnest($1::smallint[], $2::double precision[]) AS s(action, tokens)
        ON CONFLICT (action) DO UPDATE SET tokens = excluded.tokens, refilled_at = CASE
            WHEN r.refilled_at <= excluded.refilled_at + interval '1 minute' THEN greatest(r.refilled_at, excluded.refilled_at)
            ELSE excluded.refilled_at END
        """

    let left: [(action: Int16, tokens: Double)]

    func bind(_ binds: inout Binds) {
        binds.add(left.map(\.action))
        binds.add(left.map(\.tokens))
    }
}

import Postgres

/// Writes one line of the audit log.
struct InsertAudit: Statement {
    static let name = "insert_audit"
    static let sql = """
        INSERT INTO muster.audit (at, who, origin, verb, subject, action)
        VALUES (muster.clock(), $1::text, $2::text, $3::text, $4::text, $5::text)
        """

    let entry: AuditEntry

    func bind(_ binds: inout Binds) {
        binds.add(entry.who)
        binds.add(entry.origin)
        binds.add(entry.verb)
        binds.add(entry.subject)
        binds.add(entry.action?.rawValue)
    }
}

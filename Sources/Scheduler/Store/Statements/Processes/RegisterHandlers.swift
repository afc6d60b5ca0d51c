import Foundation
import Postgres

/// Writes a process's manifest, in place of the one that was there.
///
/// Locks the process's own rows only; served by the primary key of `process_handler`.
struct RegisterHandlers: Statement {
    static let name = "register_handlers"
    static let sql = """
        WITH incoming AS (
            SELECT * FROM unnest($2::text[], $3::text[], $4::boolean[], $5::text[]) AS u(action, schema_digest, ready, reason)
        ), gone AS (
            DELETE FROM muster.process_handler WHERE incarnation = $1::uuid AND action NOT IN (SELECT action FROM incoming)
        )
        INSERT INTO muster.process_handler (incarnation, action, schema_digest, ready, reason)
        SELECT $1::uuid, action, schema_digest, ready, reason FROM incoming
        ON CONFLICT (incarnation, action) DO UPDATE SET
            schema_digest = excluded.schema_digest, ready = excluded.ready, reason = excluded.reason
        """

    let incarnation: UUID
    let handlers: [HandlerRecord]

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(handlers.map(\.action.rawValue))
        binds.add(handlers.map(\.schemaDigest))
        binds.add(handlers.map(\.ready))
        binds.add(handlers.map { $0.reason ?? ($0.ready ? nil : "not ready") })
    }
}

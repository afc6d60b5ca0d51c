import Foundation
import Postgres

/// The registered processes with their manifests, newest first; one row a process and handler.
///
/// Locks nothing. Reads `process` and `process_handler`, which hold a day's worth, and counts `active`, which holds what runs now.
struct ListProcesses: Statement {
    typealias Row = (process: ProcessRecord, handler: HandlerRecord?)

    static let name = "list_processes"
    static let sql = """
        SELECT p.incarnation, p.instance, p.host, p.pid, p.version, p.config_digest, p.state, p.started_at, p.beat_at,
            p.state IN ('running', 'draining') AND p.beat_at > muster.clock() - $1::bigint::float8 * interval '1 ms',
            CASE WHEN $2::boolean THEN (SELECT pg_catalog.count(*) FROM muster.active a WHERE a.incarnation = p.incarnation) ELSE 0 END,
            h.action, h.schema_digest, h.ready, h.reason
        FROM muster.process p
        LEFT JOIN muster.process_handler h USING (incarnation)
        WHERE p.state IN ('running', 'draining') OR ($2::boolean AND p.ended_at > muster.clock() - interval '1 day')
        ORDER BY p.started_at DESC, p.incarnation, h.action
        LIMIT 10000
        """

    let deadAfter: Duration
    let withHistory: Bool

    func bind(_ binds: inout Binds) {
        binds.add(deadAfter.milliseconds)
        binds.add(withHistory)
    }

    static func decode(_ row: inout RowReader) throws -> Row {
        let incarnation: UUID = try row.next()
        let instance: String = try row.next()
        let host: String = try row.next()
        let pid: Int32 = try row.next()
        let version: String = try row.next()
        let digest: String = try row.next()
        let state: String = try row.next()
        let startedAt: Date = try row.next()
        let beatAt: Date = try row.next()
        let isLive: Bool = try row.next()
        let active: Int64 = try row.next()
        let action: String? = try row.next()
        let schemaDigest: String? = try row.next()
        let ready: Bool? = try row.next()
        let reason: String? = try row.next()
        let process = ProcessRecord(
            incarnation: incarnation, instance: instance, host: host, pid: Int(pid), version: version, configDigest: digest,
            state: ProcessState(rawValue: state) ?? .dead, startedAt: startedAt, beatAt: beatAt, isLive: isLive, handlers: [],
            active: Int(active))
        let handler = action.map {
            HandlerRecord(action: ActionName(rawValue: $0), schemaDigest: schemaDigest ?? "", ready: ready ?? false, reason: reason)
        }
        return (process, handler)
    }
}

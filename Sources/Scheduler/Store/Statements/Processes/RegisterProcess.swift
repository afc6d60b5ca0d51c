import Foundation
import Postgres

/// Writes a process's row: from here on it lives.
///
/// Gives back the database's time. A second live process of the same name violates `process_one_of_a_name`; the caller turns that into `duplicate_instance`.
struct RegisterProcess: Statement {
    typealias Row = Date

    static let name = "register_process"
    static let sql = """
        INSERT INTO muster.process (incarnation, instance, host, place, pid, version, config_digest, state, started_at, beat_at)
        VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::integer, $6::text, $7::text, 'running', muster.clock(), muster.clock())
        RETURNING beat_at
        """

    let incarnation: UUID
    let identity: ProcessIdentity
    let configDigest: String

    func bind(_ binds: inout Binds) {
        binds.add(incarnation)
        binds.add(identity.instance)
        binds.add(identity.host)
        binds.add(identity.place)
        binds.add(Int32(identity.pid))
        binds.add(identity.version)
        binds.add(configDigest)
    }
    static func decode(_ row: inout RowReader) throws -> Date { try row.next() }
}

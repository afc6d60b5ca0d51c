import Foundation
import Migrations
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// What the doctor says of a schema that somebody changed, or may change.
@Suite(.timeLimit(.minutes(2)))
struct DoctorSchemaTests {
    @Test func `the committed catalogue is what the migrations make`() async throws {
        try await withMusterDatabase { database in
            let actual = try await database.client.execute(ReadCatalogue())
            #expect(actual.count > 200)
            let differences = Set(actual).symmetricDifference(CatalogueItem.expected).map { "\($0.kind) \($0.name)" }.sorted()
            #expect(differences.isEmpty, "migrations/catalogue.txt is out of date: run scripts/dump-schema and commit what it writes.")
        }
    }

    /// What was done to the schema, and what the doctor must say: kind, subject, a word of the remedy.
    private static let changes: [(sql: String, kind: Complaint.Kind, subject: String, remedy: String)] = [
        ("ALTER TABLE muster.ready SET UNLOGGED", .schemaChanged, "ready", "SET LOGGED"),
        ("ALTER TABLE muster.task_default SET UNLOGGED", .schemaChanged, "task_default", "SET LOGGED"),
        ("ALTER TABLE muster.active ENABLE ROW LEVEL SECURITY", .schemaChanged, "active", "DISABLE ROW LEVEL SECURITY"),
        ("CREATE POLICY hiding ON muster.active USING (false)", .schemaChanged, "active.hiding", "DROP POLICY hiding ON muster.active"),
        (
            "ALTER TABLE muster.ready DROP CONSTRAINT ready_priority_check", .schemaChanged, "ready.ready_priority_check",
            "ADD CONSTRAINT ready_priority_check CHECK (((priority >= 0) AND (priority <= 9)))"
        ),
        (
            "ALTER TABLE muster.process_handler DROP CONSTRAINT process_handler_incarnation_fkey", .schemaChanged,
            "process_handler.process_handler_incarnation_fkey", "FOREIGN KEY (incarnation) REFERENCES muster.process"
        ),
        ("ALTER TABLE muster.unique_task DROP CONSTRAINT unique_task_pkey", .missingIndex, "unique_task_pkey", "PRIMARY KEY"),
        ("ALTER TABLE muster.ready ALTER run_at DROP NOT NULL", .schemaChanged, "ready.run_at", "schema.sql"),
        ("ALTER TABLE muster.deferred ALTER since DROP DEFAULT", .schemaChanged, "deferred.since", "schema.sql"),
        ("ALTER TABLE muster.owner ALTER since SET DEFAULT now()", .schemaChanged, "owner.since", "schema.sql"),
        (
            "CREATE OR REPLACE FUNCTION muster.clock() RETURNS timestamptz LANGUAGE sql STABLE RETURN now() + interval '1 day'",
            .schemaChanged, "muster.clock()", "schema.sql"
        ),
        (
            "ALTER FUNCTION muster.add_partitions(bigint, integer) RESET ALL", .schemaChanged, "muster.add_partitions(bigint,integer)",
            "schema.sql"
        ),
        ("DROP FUNCTION muster.sweep_partition", .schemaChanged, "muster.sweep_partition(text,bigint,bigint,bigint,integer)", "schema.sql"),
        (
            """
            CREATE FUNCTION public.spy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER spy BEFORE INSERT ON muster.access_token FOR EACH ROW EXECUTE FUNCTION public.spy()
            """,
            .schemaChanged, "access_token.spy", "DROP TRIGGER spy ON muster.access_token"
        ),
        ("CREATE RULE hide AS ON INSERT TO muster.audit DO INSTEAD NOTHING", .schemaChanged, "audit.hide", "DROP RULE hide"),
        ("CREATE TABLE muster.ours (a integer CHECK (a > 0))", .schemaChanged, "ours", "out of the schema"),
        ("DROP TABLE muster.cancel_request CASCADE", .schemaChanged, "cancel_request", "backup"),
        ("GRANT SELECT ON muster.access_token TO PUBLIC", .strangers, "muster.access_token", "REVOKE ALL ON TABLE muster.access_token"),
        (
            "GRANT EXECUTE ON FUNCTION muster.drop_partition TO PUBLIC", .strangers,
            "muster.drop_partition(text,bigint,bigint,bigint,integer)", "REVOKE ALL ON FUNCTION"
        ),
        ("GRANT CREATE ON SCHEMA muster TO PUBLIC", .strangers, "muster", "REVOKE CREATE ON SCHEMA muster FROM PUBLIC"),
        ("GRANT CREATE ON SCHEMA public TO PUBLIC", .strangers, "public", "REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
        ("ALTER SCHEMA public OWNER TO pg_monitor", .strangers, "public", "ALTER SCHEMA public OWNER TO postgres"),
        ("GRANT TRIGGER ON muster.ready TO pg_monitor", .strangers, "muster.ready", "REVOKE TRIGGER ON muster.ready FROM pg_monitor"),
        ("ALTER TABLE muster.done OWNER TO pg_monitor", .ownership, "muster.done", "ALTER TABLE muster.done OWNER TO postgres"),
    ]

    @Test func `a change is named with what undoes it`() async throws {
        try await withMusterDatabase { database in
            try await database.client.withConnection { connection in
                for change in Self.changes {
                    try await connection.script("BEGIN; \(change.sql)")
                    let complaints = try await connection.schemaComplaints()
                    try await connection.script("ROLLBACK")
                    let told = complaints.filter { $0.kind == change.kind && $0.subject == change.subject }
                    #expect(told.count == 1, "\(change.sql)")
                    #expect(told.first?.remedy.contains(change.remedy) == true, "\(change.sql)")
                    #expect(complaints.count <= 3, "\(change.sql)")
                }
            }
        }
    }

    @Test func `nothing is said of a schema fresh from the migrations`() async throws {
        try await withStore { store in
            let complaints = try await store.client.withConnection { try await $0.schemaComplaints() }
            #expect(complaints.isEmpty)
            let missing = try await store.client.execute(FindMissingPrivileges())
            #expect(Examination.complaints(missingPrivileges: missing).isEmpty)
        }
    }
}

extension PostgresConnection {
    fileprivate func schemaComplaints() async throws -> [Complaint] {
        let indexes = try run(ListIndexHealth()).map { row in
            IndexHealth(name: row.index, table: row.table, isValid: row.isValid, bytes: Int(row.bytes), rows: row.rows)
        }
        return Examination.complaints(of: try run(ReadCatalogue())) + Examination.complaints(of: indexes)
            + (try run(FindAccessFaults())).map(Examination.complaint)
    }
}

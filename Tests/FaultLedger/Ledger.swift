public import Foundation
import Logging
import Postgres

/// What attempts did, told by themselves: a table on a server that no fault touches, written over a connection of its own.
public struct Ledger: Sendable {
    /// A moment of a run.
    public enum Moment: String, Sendable, Codable {
        /// The handler was called.
        case start
        /// What the task is for was done.
        case effect
        /// The handler is about to return.
        case end
        /// The handler was told to stop, and stops.
        case cut
    }

    /// One line.
    public struct Entry: Sendable, Hashable {
        /// One call of a handler.
        public var run: UUID
        /// The task.
        public var task: Int64
        /// Its attempt.
        public var attempt: Int
        /// What it does.
        public var action: String
        /// Where it ran.
        public var instance: String
        /// One start of a process.
        public var boot: UUID
        /// What happened.
        public var moment: Moment
        /// When, by the ledger's clock.
        public var at: Date

        /// A line.
        public init(
            run: UUID, task: Int64, attempt: Int, action: String = "steady", instance: String, boot: UUID, moment: Moment, at: Date = Date()
        ) {
            self.run = run
            self.task = task
            self.attempt = attempt
            self.action = action
            self.instance = instance
            self.boot = boot
            self.moment = moment
            self.at = at
        }
    }

    private let client: PostgresClient

    /// The ledger in this database; connects when it is first used.
    public init(conninfo: String, connections: Int = 4) {
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.applicationName = "ledger"
        configuration.poolSize = connections
        configuration.poolWaitTimeout = .seconds(60)
        client = PostgresClient(configuration, logger: Logger(label: "ledger") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Makes the table.
    public func create() async throws {
        try await client.withConnection {
            try await $0.script(
                """
                CREATE TABLE entry (
                    run uuid NOT NULL, moment text NOT NULL, task bigint NOT NULL, attempt integer NOT NULL, action text NOT NULL,
                    instance text NOT NULL, boot uuid NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(),
                    PRIMARY KEY (run, moment));
                """)
        }
    }

    /// Writes a line; a second one for the same moment of a run is an error.
    public func write(_ entry: Entry) async throws { _ = try await client.execute(InsertEntry(entry: entry)) }

    /// All lines, oldest first.
    public func entries() async throws -> [Entry] { try await client.execute(ListEntries()) }

    /// Runs that have begun and not ended on a process, or anywhere.
    public func running(on boot: UUID? = nil) async throws -> [Entry] {
        let all = try await entries()
        let over = Set(all.filter { $0.moment == .end || $0.moment == .cut }.map(\.run))
        return all.filter { $0.moment == .start && !over.contains($0.run) && (boot == nil || $0.boot == boot) }
    }

    /// How many lines of this moment were written in the last stretch of time.
    public func count(_ moment: Moment, last seconds: Double) async throws -> Int {
        Int(try await client.execute(CountRecent(moment: moment, seconds: seconds)).first ?? 0)
    }

    /// Closes the connections.
    public func close() async { await client.shutdown() }
}

private struct InsertEntry: Statement {
    static let name = "insert_entry"
    static let sql = """
        INSERT INTO entry (run, moment, task, attempt, action, instance, boot)
        VALUES ($1::uuid, $2::text, $3::bigint, $4::integer, $5::text, $6::text, $7::uuid)
        """
    let entry: Ledger.Entry

    func bind(_ binds: inout Binds) {
        binds.add(entry.run)
        binds.add(entry.moment.rawValue)
        binds.add(entry.task)
        binds.add(Int32(entry.attempt))
        binds.add(entry.action)
        binds.add(entry.instance)
        binds.add(entry.boot)
    }
}

private struct ListEntries: Statement {
    static let name = "list_entries"
    static let sql = "SELECT run, task, attempt, action, instance, boot, moment, at FROM entry ORDER BY at"

    static func decode(_ row: inout RowReader) throws -> Ledger.Entry {
        let run: UUID = try row.next()
        let task: Int64 = try row.next()
        let attempt: Int32 = try row.next()
        let action: String = try row.next()
        let instance: String = try row.next()
        let boot: UUID = try row.next()
        let moment: String = try row.next()
        return Ledger.Entry(
            run: run, task: task, attempt: Int(attempt), action: action, instance: instance, boot: boot,
            moment: Ledger.Moment(rawValue: moment) ?? .cut, at: try row.next())
    }
}

private struct CountRecent: Statement {
    static let name = "count_recent"
    static let sql = "SELECT count(*) FROM entry WHERE moment = $1::text AND at > clock_timestamp() - $2::float8 * interval '1 second'"
    let moment: Ledger.Moment
    let seconds: Double

    func bind(_ binds: inout Binds) {
        binds.add(moment.rawValue)
        binds.add(seconds)
    }
    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

/// What an examination of the database found.
public struct Diagnosis: Sendable {
    /// What needs a person, the worst first.
    public var complaints: [Complaint]
    /// The tables of unfinished tasks.
    public var tables: [TableHealth]
    /// The indexes of the schema.
    public var indexes: [IndexHealth]
    /// The partitions of task and done, default ones not counted.
    public var partitions: Int
    /// The server's settings that matter.
    public var settings: [String: String]
    /// Processes that are alive.
    public var liveProcesses: Int
    /// The roll call's findings.
    public var rollCall: [Finding]

    /// Whether there is nothing to do.
    public var isHealthy: Bool { complaints.isEmpty && !hasGap }
    /// Whether the roll call found more than warnings.
    public var hasGap: Bool { !rollCall.allSatisfy(\.isWarning) }
}

/// Something that is wrong with the database, or will be, and what to do about it.
public struct Complaint: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable, Comparable {
        /// A promise does not hold.
        case error
        /// It will be slow, or break later.
        case warning

        /// The worse is the smaller.
        public static func < (left: Severity, right: Severity) -> Bool { left == .error && right == .warning }
    }

    /// What it is about.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case longTransaction = "long_transaction"
        case preparedTransaction = "prepared_transaction"
        case replicationSlot = "replication_slot"
        case deadRows = "dead_rows"
        case invalidIndex = "invalid_index"
        case missingIndex = "missing_index"
        case bloatedIndex = "bloated_index"
        case partitionMissing = "partition_missing"
        case partitionOverdue = "partition_overdue"
        case partitionStrays = "partition_strays"
        case schemaChanged = "schema_changed"
        case ownership
        case strangers
        case privileges
        case setting
        case connections
        case noProcess = "no_process"
    }

    /// How bad it is.
    public var severity: Severity
    /// What it is about.
    public var kind: Kind
    /// The table, index, slot, setting or session.
    public var subject: String
    /// What is wrong, in one sentence.
    public var problem: String
    /// What to do next.
    public var remedy: String
}

/// A table of unfinished tasks.
public struct TableHealth: Sendable {
    /// Its name.
    public var name: String
    /// Rows, as the server last counted them.
    public var live: Int
    /// Dead rows that no vacuum has removed yet.
    public var dead: Int
    /// With its indexes.
    public var bytes: Int
    /// How long ago it was vacuumed; nil means never.
    public var vacuumed: Duration?
}

/// An index.
public struct IndexHealth: Sendable {
    /// Its name.
    public var name: String
    /// The table that it serves.
    public var table: String
    /// Whether queries may use it.
    public var isValid: Bool
    /// Its size.
    public var bytes: Int
    /// The rows of its table, as last counted.
    public var rows: Double

    /// Many times larger than its entries can need.
    var isBloated: Bool { bytes > 64 << 20 && Double(bytes) > max(rows, 1) * 400 }
}

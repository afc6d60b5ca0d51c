import Scheduler

/// A diagnosis as `--json` prints it.
struct DiagnosisOutput: Encodable, Sendable {
    struct Complaint: Encodable, Sendable {
        var severity: String
        var kind: String
        var subject: String
        var problem: String
        var remedy: String
    }

    struct TableReading: Encodable, Sendable {
        var table: String
        var live: Int
        var dead: Int
        var bytes: Int
        var vacuumedSecondsAgo: Int?

        enum CodingKeys: String, CodingKey {
            case table, live, dead, bytes
            case vacuumedSecondsAgo = "vacuumed_seconds_ago"
        }
    }

    struct IndexReading: Encodable, Sendable {
        var index: String
        var table: String
        var valid: Bool
        var bytes: Int
    }

    var ok: Bool
    var complaints: [Complaint]
    var rollCall: [String]
    var liveProcesses: Int
    var partitions: Int
    var settings: [String: String]
    var tables: [TableReading]
    var indexes: [IndexReading]

    enum CodingKeys: String, CodingKey {
        case ok, complaints, partitions, settings, tables, indexes
        case rollCall = "roll_call"
        case liveProcesses = "live_processes"
    }

    init(_ diagnosis: Diagnosis) {
        ok = diagnosis.isHealthy
        complaints = diagnosis.complaints.map {
            Complaint(severity: $0.severity.rawValue, kind: $0.kind.rawValue, subject: $0.subject, problem: $0.problem, remedy: $0.remedy)
        }
        rollCall = diagnosis.rollCall.map(\.line)
        liveProcesses = diagnosis.liveProcesses
        partitions = diagnosis.partitions
        settings = diagnosis.settings
        tables = diagnosis.tables.map { table in
            TableReading(
                table: table.name, live: table.live, dead: table.dead, bytes: table.bytes,
                vacuumedSecondsAgo: table.vacuumed.map { Int($0 / .seconds(1)) })
        }
        indexes = diagnosis.indexes.map { IndexReading(index: $0.name, table: $0.table, valid: $0.isValid, bytes: $0.bytes) }
    }
}

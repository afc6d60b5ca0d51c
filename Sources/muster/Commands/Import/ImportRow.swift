import Scheduler

/// One stuck task of Synapse's as `muster import synapse` shows it, without its params (I11).
struct ImportRow: Encodable, Sendable {
    /// Synapse's id, action, status and resource.
    var id, action, status: String
    var resourceID: String?
    /// Seconds since the last write.
    var age: Int64
    /// Why it is stuck.
    var trouble: SynapseTask.Trouble
    /// The action here that does the same.
    var equivalent: String?
    /// What became of it here.
    var submitted: SubmittedOutput?
    /// Why there is none, or why it could not be submitted.
    var failure: String?
    /// What to submit.
    let request: TaskRequest?

    private enum CodingKeys: String, CodingKey {
        case id, action, status, equivalent, submitted
        case resourceID = "resource_id"
        case age = "age_seconds"
        case trouble = "stuck"
        case failure = "problem"
    }

    /// A row, with its equivalent where there is one.
    init(_ stuck: SynapseTasks.Stuck) {
        let task = stuck.task
        id = task.id
        action = task.action
        status = task.status
        resourceID = task.resourceID
        age = task.ageMilliseconds / 1000
        trouble = stuck.trouble
        do {
            request = try task.equivalent(purgeEvent: stuck.purgeEvent)
        } catch let error as SynapseTask.NoEquivalent {
            request = nil
            failure = error.reason
        } catch {
            request = nil
            failure = "its params cannot be submitted"
        }
        equivalent = request?.action.rawValue
    }

    /// Rows for people.
    static func table(_ rows: [ImportRow]) -> Table {
        Table(
            columns: [
                .init("ID"), .init("ACTION"), .init("STATUS"), .init("RESOURCE", shrinks: true), .init("AGE", isRight: true),
                .init("STUCK"),
                .init("HERE", shrinks: true),
            ],
            rows: rows.map { row in
                [
                    .init(row.id), .init(row.action), .init(row.status), .init(row.resourceID), .init(Moment.length(Double(row.age))),
                    .init(row.trouble.rawValue), .init(row.here),
                ]
            })
    }

    private var here: String {
        if let failure { return failure }
        if let submitted { return "task \(submitted.id) (\(submitted.kind))" }
        return equivalent ?? "-"
    }
}

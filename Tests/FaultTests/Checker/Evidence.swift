import FaultLedger
import Foundation

/// Everything that is known after a fault, gathered from outside.
struct Evidence {
    /// A task as the store shows it.
    struct Row: Sendable {
        var id: Int64
        var label: String?
        var action: String
        var status: String
        var attempt: Int
        var crashes: Int
        var instance: String?
        /// The run that the result names.
        var run: UUID?
        var error: String?
    }

    /// How a task must end.
    enum Expectation: String, Sendable {
        case complete, failed
    }

    /// What the submitter was told: label to id.
    var accepted: [String: Int64] = [:]
    /// Labels whose submission was never answered; they may be there or not.
    var inDoubt: Set<String> = []
    /// How tasks must end that are not to complete, by label.
    var expected: [String: Expectation] = [:]
    var store: [Row] = []
    /// Oldest first.
    var ledger: [Ledger.Entry] = []
    /// Action to instance names.
    var routes: [String: [String]] = [:]
    /// Starts of processes that the fault touched: their attempts may be cut anywhere.
    var disturbed: Set<UUID> = []
    /// A fault of the database disturbs every process.
    var isEveryoneDisturbed = false
    /// Labels of tasks whose handlers go on after they were told to stop: what they do then, they do again.
    var deaf: Set<String> = []
    /// How many effects may happen twice at most.
    var mayRepeat = 0
}

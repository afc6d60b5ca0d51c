/// The keys of log lines: the same words as the columns, so that a line leads to a WHERE clause without translation.
package enum LogKey: String {
    case taskID = "task_id"
    case action
    case attempt
    case outcome
    case count
    case seconds
    case instance
    case incarnation
    case processes
    case finding
    case reason
    case doing
    case partition
    case table
    case submits
    case untold
}

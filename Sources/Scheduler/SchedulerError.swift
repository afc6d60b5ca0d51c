/// The one error that the library throws on purpose.
///
/// Expected results, such as a lost claim or a task that is not found, are values; this is for what the caller must deal with.
public struct SchedulerError: Error, Sendable, CustomStringConvertible {
    /// What kind of problem it is; switch over this, not over the message.
    public enum Code: String, Sendable, Hashable {
        /// Something in the configuration or the wiring is wrong.
        case configuration
        /// The roll call has a gap in this very process.
        case rollCall = "roll_call"
        /// No action of this name is in the catalogue.
        case unknownAction = "unknown_action"
        /// The params, or another field of the request, cannot be accepted.
        case invalidRequest = "invalid_request"
        /// The params are larger than the limit.
        case tooLarge = "too_large"
        /// No live process may run the action.
        case noHandler = "no_handler"
        /// The idempotency key was used for another request.
        case idempotencyConflict = "idempotency_conflict"
        /// The database's schema is not the one that this build needs.
        case schemaVersion = "schema_version"
        /// The tasks of the database are another owner's.
        case otherOwner = "other_owner"
        /// A second live process has the same instance name.
        case duplicateInstance = "duplicate_instance"
        /// The database takes no work now: out of reach, without a free connection, read-only, full or failing. Nothing was done; try again.
        case databaseUnavailable = "database_unavailable"
        /// A statement ran into its own time limit; whether the next one is as slow, nobody knows.
        case databaseTimeout = "database_timeout"
        /// The attempt no longer holds its claim.
        case claimLost = "claim_lost"
        /// A statement failed for another reason.
        case database
    }

    /// What kind of problem it is.
    public let code: Code
    /// One or two sentences: what is wrong, and what to do next.
    ///
    /// Never params, never a secret (I11).
    public let message: String
    /// The field at fault, for `invalid_request` and `too_large`.
    public let field: String?
    /// The processes that lack the handler, for `no_handler`.
    public let processes: [String]
    /// The action that nobody can run, for `no_handler`.
    public let action: ActionName?
    /// What the roll call found, for `roll_call` and `duplicate_instance`.
    public let findings: [Finding]

    /// An error with its remedy.
    public init(
        _ code: Code, _ message: String, field: String? = nil, processes: [String] = [], action: ActionName? = nil, findings: [Finding] = []
    ) {
        self.code = code
        self.message = message
        self.field = field
        self.processes = processes
        self.action = action
        self.findings = findings
    }

    /// The message.
    public var description: String { message }
}

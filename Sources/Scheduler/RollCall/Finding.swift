/// Something that the roll call found: which action, which process, what is wrong and what to do.
public struct Finding: Sendable, Hashable, Codable {
    /// The nine things that can be found.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A live process on the action's route has no handler for it.
        case missingHandler = "missing_handler"
        /// The handler is there but cannot work: its `prepare` failed.
        case handlerNotReady = "handler_not_ready"
        /// A route names an instance that `instance_map` lacks.
        case unknownInstance = "unknown_instance"
        /// No process on the action's route is alive.
        case noLiveProcess = "no_live_process"
        /// Two live processes have one instance name.
        case duplicateInstance = "duplicate_instance"
        /// Live processes read different shared configurations.
        case configMismatch = "config_mismatch"
        /// Unfinished tasks or schedules name an action that no build knows.
        case unknownAction = "unknown_action"
        /// A process reads another form of the action's params.
        case schemaMismatch = "schema_mismatch"
        /// The only processes that could run the action are draining.
        case drainingOnly = "draining_only"
    }

    /// What was found.
    public var kind: Kind
    /// The action concerned, if one is.
    public var action: ActionName?
    /// The instance name concerned, if one is.
    public var process: String?
    /// What is wrong, in one sentence.
    public var problem: String
    /// What to do, in one sentence.
    public var remedy: String

    /// A finding.
    public init(kind: Kind, action: ActionName? = nil, process: String? = nil, problem: String, remedy: String) {
        self.kind = kind
        self.action = action
        self.process = process
        self.problem = problem
        self.remedy = remedy
    }

    /// One line that names kind, action, process and remedy.
    public var line: String {
        var words = [kind.rawValue]
        if let action { words.append("action=\(action)") }
        if let process { words.append("process=\(process)") }
        return words.joined(separator: " ") + ": " + problem + " " + remedy
    }
}

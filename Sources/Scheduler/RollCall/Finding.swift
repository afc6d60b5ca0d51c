/// Something that the roll call found: which action, which process, what is wrong and what to do.
public struct Finding: Sendable, Hashable, Codable {
    /// The things that can be found.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A live process on the action's route has no handler for it.
        case missingHandler = "missing_handler"
        /// The handler is there but cannot work: its `prepare` failed.
        case handlerNotReady = "handler_not_ready"
        /// The handler may or may not work: what it needs does not answer. A warning: nothing is held up for it.
        case dependencyUnreachable = "dependency_unreachable"
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

    /// Whether it passes by itself and holds nothing up, so that it is shown and fails no check.
    public var isWarning: Bool { kind == .dependencyUnreachable }

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

    /// A line for each cause: findings that differ by nothing but their action share one, which names all of them.
    ///
    /// In the order of the first of each.
    public static func lines(_ findings: [Finding]) -> [String] {
        var order: [Finding] = []
        var groups: [Finding: [Finding]] = [:]
        for finding in findings {
            let cause = finding.cause
            if groups[cause] == nil { order.append(cause) }
            groups[cause, default: []].append(finding)
        }
        return order.compactMap { cause in
            guard let group = groups[cause], let first = group.first else { return nil }
            guard group.count > 1 else { return first.line }
            let actions = group.compactMap(\.action?.rawValue)
            var words = ["\(cause.kind.rawValue) actions=\(actions.joined(separator: ","))"]
            if let process = cause.process { words.append("process=\(process)") }
            return words.joined(separator: " ") + ": " + cause.problem + " " + cause.remedy
        }
    }

    /// The finding without its action, whose name gives way to words for all that share the cause.
    private var cause: Finding {
        guard let name = action?.rawValue else { return self }
        var cause = self
        cause.action = nil
        (cause.problem, cause.remedy) = (Self.without(name, problem), Self.without(name, remedy))
        return cause
    }

    /// Whole words only: one action's name may be a part of another's.
    private static func without(_ name: String, _ text: String) -> String {
        let isPart: (Character) -> Bool = { $0.isLetter || $0.isNumber || $0 == "_" }
        var (result, rest) = ("", text[...])
        while let range = rest.firstRange(of: name) {
            let before = rest[..<range.lowerBound].last ?? result.last
            let after = rest[range.upperBound...].first
            let isWord = !(before.map(isPart) ?? false) && !(after.map(isPart) ?? false)
            result += rest[..<range.lowerBound] + (isWord ? "each of these actions" : name)
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    /// One line that names kind, action, process and remedy.
    public var line: String {
        var words = [kind.rawValue]
        if let action { words.append("action=\(action)") }
        if let process { words.append("process=\(process)") }
        return words.joined(separator: " ") + ": " + problem + " " + remedy
    }
}

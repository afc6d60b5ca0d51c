/// The answer of one roll call.
public struct RollCallReport: Sendable {
    /// One action and who may run it.
    public struct Coverage: Sendable, Hashable {
        /// Whether a live process may run the action.
        public enum State: String, Sendable, Hashable, Codable {
            /// At least one live process on the route has the handler, ready.
            case covered
            /// Only draining processes have it.
            case draining
            /// Nobody has it.
            case uncovered
        }

        /// The action.
        public var action: ActionName
        /// The instance names on its route.
        public var route: [String]
        /// Whether it is covered.
        public var state: State
        /// The live instances that can run it now.
        public var capable: [String]
        /// The instances on the route that cannot, each with why in a word: `missing_handler`, `handler_not_ready`, `no_live_process` and so on.
        public var lacking: [String: Finding.Kind]
        /// The action that this one submits and that nobody can run, where that is why it is uncovered.
        public var blockedBy: ActionName?

        /// A row of the matrix.
        public init(
            action: ActionName, route: [String], state: State, capable: [String], lacking: [String: Finding.Kind],
            blockedBy: ActionName? = nil
        ) {
            self.action = action
            self.route = route
            self.state = state
            self.capable = capable
            self.lacking = lacking
            self.blockedBy = blockedBy
        }

        /// Whether the gap is certain at once (a live process answers without the handler) rather than perhaps a restart.
        public var isGapCertain: Bool {
            state == .uncovered && lacking.values.contains { $0 == .missingHandler || $0 == .handlerNotReady || $0 == .schemaMismatch }
        }
    }

    /// Every action of the catalogue, sorted by name.
    public var coverage: [Coverage]
    /// What was found, worst first.
    public var findings: [Finding]

    /// A report.
    public init(coverage: [Coverage], findings: [Finding]) {
        self.coverage = coverage
        self.findings = findings
    }

    /// Whether there is nothing to mend; a warning may be among the findings.
    public var isClean: Bool { findings.allSatisfy(\.isWarning) }

    /// The row of one action.
    public func coverage(of action: ActionName) -> Coverage? { coverage.first { $0.action == action } }
}

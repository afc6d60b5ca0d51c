/// The check that, for every action, every process on its route has the handler, ready.
///
/// Pure: no I/O, no clock. The same input gives the same report, findings in the same order.
public enum RollCall {
    /// Calls the roll of the processes that run now.
    ///
    /// - Parameters:
    ///   - catalogue: the actions that exist in the caller's build
    ///   - topology: the caller's shared configuration
    ///   - processes: registered processes; only live ones that run or drain count
    ///   - unfinished: action name as stored to its number of unfinished tasks and schedules
    /// - Returns: one row of coverage for every action of the catalogue, and the findings, worst first, then by action and process.
    public static func call(
        catalogue: Catalogue, topology: Topology, processes: [ProcessRecord], unfinished: [String: Int]
    ) -> RollCallReport {
        let answers = processes.filter { $0.isLive && ($0.state == .running || $0.state == .draining) }.map(Answer.init)
        return report(catalogue: catalogue, topology: topology, answers: answers, unfinished: unfinished)
    }

    /// Calls the roll before anything runs: from configurations and manifests only.
    ///
    /// Every instance that has a manifest is taken to be alive with it; an instance on a route without one is `no_live_process`.
    ///
    /// - Parameters:
    ///   - catalogue: the actions that exist in the caller's build
    ///   - topology: the shared configuration
    ///   - manifests: instance name to the handlers of the build that it will run
    ///   - unfinished: action name as stored to its number of unfinished tasks and schedules; empty when nobody was asked
    ///   - digests: instance name to the digest of the shared configuration that it will read, where that is not the topology's
    public static func check(
        catalogue: Catalogue, topology: Topology, manifests: [String: [HandlerRecord]], unfinished: [String: Int],
        digests: [String: String] = [:]
    ) -> RollCallReport {
        let answers = manifests.sorted { $0.key < $1.key }.map { instance, handlers in
            Answer(
                instance: InstanceName.normalised(instance), configDigest: digests[instance] ?? topology.digest, isDraining: false,
                handlers: handlers)
        }
        return report(catalogue: catalogue, topology: topology, answers: answers, unfinished: unfinished)
    }

    /// The findings that forbid this process to start.
    ///
    /// Its own gaps (`missing_handler`, `handler_not_ready`, `schema_mismatch`), a second live process of its name
    /// (`duplicate_instance`), and every `unknown_instance`: a misspelt route is wrong in every process. Gaps of other processes forbid
    /// nothing.
    public static func refusals(for instance: String, in report: RollCallReport) -> [Finding] {
        let instance = InstanceName.normalised(instance)
        return report.findings.filter { finding in
            switch finding.kind {
            case .missingHandler, .handlerNotReady, .schemaMismatch, .duplicateInstance: finding.process == instance
            case .unknownInstance: true
            case .noLiveProcess, .configMismatch, .unknownAction, .drainingOnly, .dependencyUnreachable: false
            }
        }
    }

    private static func report(catalogue: Catalogue, topology: Topology, answers: [Answer], unfinished: [String: Int]) -> RollCallReport {
        let known = Set(InstanceName.normalised(topology.instances))
        let rows = SubmittedActions.settle(
            catalogue.actions.map { ActionRoll(action: $0, topology: topology, known: known, answers: answers) }, catalogue: catalogue)
        let findings =
            unknownInstances(topology: topology, known: known, catalogue: catalogue) + duplicateInstances(answers)
            + rows.flatMap(\.findings) + unknownActions(catalogue: catalogue, topology: topology, answers: answers, unfinished: unfinished)
            + configMismatches(answers)
        return RollCallReport(coverage: rows.map(\.coverage), findings: Finding.ordered(findings))
    }
}

extension RollCall {
    /// What one live process answers when the roll is called.
    struct Answer {
        let instance: String
        let configDigest: String
        let isDraining: Bool
        let handlers: [HandlerRecord]

        init(instance: String, configDigest: String, isDraining: Bool, handlers: [HandlerRecord]) {
            self.instance = instance
            self.configDigest = configDigest
            self.isDraining = isDraining
            self.handlers = handlers
        }

        init(_ process: ProcessRecord) {
            self.init(
                instance: InstanceName.normalised(process.instance), configDigest: process.configDigest,
                isDraining: process.state == .draining, handlers: process.handlers)
        }
    }
}

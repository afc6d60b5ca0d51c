/// One action's part of the roll call: who on its route can run it, and why the others cannot.
struct ActionRoll {
    var coverage: RollCallReport.Coverage
    var findings: [Finding]

    init(action: ActionDefinition, topology: Topology, known: Set<String>, answers: [RollCall.Answer]) {
        let source = RouteSource(of: action, in: topology)
        var capable: [String] = []
        var draining: [String] = []
        var absent: [String] = []
        var lacking: [String: Finding.Kind] = [:]
        var findings: [Finding] = []

        for instance in source.instances {
            guard known.contains(instance) else {
                lacking[instance] = .unknownInstance
                continue
            }
            let living = answers.filter { $0.instance == instance }
            let gaps = living.filter { !$0.isDraining }.map { Gap.gaps(of: action, in: $0) }
            let canDrain = living.contains { $0.isDraining && Gap.gaps(of: action, in: $0).isEmpty }
            if canDrain { draining.append(instance) }
            if gaps.contains(where: \.isEmpty) {
                capable.append(instance)
            } else if let worst = gaps.joined().min(by: { $0.kind.rank < $1.kind.rank }) {
                lacking[instance] = worst.kind
            } else {
                // A draining process that could not run it anyway is as good as none.
                lacking[instance] = canDrain ? .drainingOnly : .noLiveProcess
                if !canDrain { absent.append(instance) }
            }
            for answer in living where !answer.isDraining {
                guard let handler = answer.handlers.first(where: { $0.action == action.name && $0.isUncertain }) else { continue }
                findings.append(.dependencyUnreachable(action: action.name, process: instance, reason: handler.reason ?? ""))
            }
            findings += gaps.joined().map { $0.finding(action: action, process: instance, key: source.key) }
        }

        let state: RollCallReport.Coverage.State = !capable.isEmpty ? .covered : draining.isEmpty ? .uncovered : .draining
        switch state {
        case .covered: break
        case .draining: findings.append(.drainingOnly(action: action.name, processes: draining, key: source.key))
        case .uncovered where !absent.isEmpty || source.instances.isEmpty:
            findings.append(.noLiveProcess(action: action.name, processes: absent, key: source.key))
        case .uncovered: break
        }
        coverage = .init(action: action.name, route: source.instances, state: state, capable: capable, lacking: lacking)
        self.findings = findings
    }
}

extension ActionRoll {
    /// Why one live process cannot run the action.
    struct Gap {
        let kind: Finding.Kind
        /// What the process itself said, for `handler_not_ready`.
        let reason: String?

        /// Nothing when the process can run the action.
        static func gaps(of action: ActionDefinition, in answer: RollCall.Answer) -> [Gap] {
            guard let handler = answer.handlers.first(where: { $0.action == action.name }) else {
                return [Gap(kind: .missingHandler, reason: nil)]
            }
            var gaps: [Gap] = []
            if handler.schemaDigest != action.schemaDigest { gaps.append(Gap(kind: .schemaMismatch, reason: nil)) }
            if !handler.ready { gaps.append(Gap(kind: .handlerNotReady, reason: handler.reason)) }
            return gaps
        }

        func finding(action: ActionDefinition, process: String, key: String) -> Finding {
            switch kind {
            case .schemaMismatch: .schemaMismatch(action: action.name, process: process)
            case .handlerNotReady: .handlerNotReady(action: action.name, process: process, reason: reason)
            default: .missingHandler(action: action.name, process: process, key: key)
            }
        }
    }
}

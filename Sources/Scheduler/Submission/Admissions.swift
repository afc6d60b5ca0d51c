/// Asks the roll whether an action may be submitted now.
struct Admissions: Sendable {
    let board: CoverageBoard
    let topology: Topology
    let events: any EventSink

    /// Accept or park.
    ///
    /// - Throws: ``SchedulerError`` with code `no_handler` that names the processes that lack the handler.
    func admission(of definition: ActionDefinition) async throws -> Admission {
        for limit in [Duration.seconds(1), .zero] {
            let (answer, age) = try await board.answer(notOlderThan: limit)
            let coverage = answer.report.coverage(of: definition.name)
            // A gap has become older since.
            let uncoveredFor = (answer.uncoveredFor[definition.name] ?? .zero) + age
            switch Admission.decide(coverage, uncoveredFor: uncoveredFor, topology: topology) {
            case .accept: return .accept
            // What would have been taken a moment ago is taken; anything else is looked at anew.
            case .park where limit > .zero, .refuse where limit > .zero: continue
            case .park: return .park
            case .refuse: throw refusal(definition, coverage)
            }
        }
        return .accept
    }

    private func refusal(_ definition: ActionDefinition, _ coverage: RollCallReport.Coverage?) -> SchedulerError {
        let lacking = (coverage?.lacking ?? [:]).sorted { $0.key < $1.key }
        let processes = lacking.map(\.key)
        events.record(.submissionRefused(action: definition.name, processes: processes))
        let reasons = lacking.map { "\($0.key) (\($0.value.rawValue))" }.joined(separator: ", ")
        let what =
            coverage?.blockedBy.map { "'\(definition.name)' submits '\($0)', which no live process can run now" }
            ?? "No live process can run '\(definition.name)' now"
        return SchedulerError(
            .noHandler,
            "\(what): \(reasons). Start one of them with a build that has the handler, then submit again; "
                + "`muster check --live` shows the roll call.",
            processes: processes, action: definition.name)
    }
}

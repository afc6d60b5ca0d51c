/// Whether a submission is taken, parked or refused.
///
/// Pure.
public enum Admission: Sendable, Hashable {
    /// A live process may run it, or a restart is probably under way.
    case accept
    /// Nobody may run it now, and the policy is to keep it.
    case park
    /// Nobody may run it now, and the policy is to say so.
    case refuse

    /// The rule.
    ///
    /// - Parameters:
    ///   - coverage: the action's row of the roll call
    ///   - uncoveredFor: for how long it has been noted as uncovered; nil when it has not
    ///   - topology: policy and grace period
    public static func decide(_ coverage: RollCallReport.Coverage?, uncoveredFor: Duration?, topology: Topology) -> Admission {
        guard let coverage, coverage.state == .uncovered else { return .accept }
        let isCertain = coverage.isGapCertain || (uncoveredFor ?? .zero) >= topology.gracePeriod
        guard isCertain else { return .accept }
        return topology.onUncovered == .park ? .park : .refuse
    }
}

import Testing

@testable import Scheduler

struct AdmissionTests {
    private static let grace = Duration.seconds(30)
    private static let certain: [Finding.Kind] = [.missingHandler, .handlerNotReady, .schemaMismatch]
    private static let perhapsRestart: [Finding.Kind] = [.noLiveProcess, .unknownInstance, .drainingOnly]

    private func decide(
        _ state: RollCallReport.Coverage.State, lacking: Finding.Kind? = nil, uncoveredFor: Duration? = nil,
        policy: Topology.UncoveredPolicy
    ) -> Admission {
        let coverage = RollCallReport.Coverage(
            action: "sweep", route: ["worker"], state: state, capable: state == .covered ? ["worker"] : [],
            lacking: lacking.map { ["worker": $0] } ?? [:])
        return Admission.decide(
            coverage, uncoveredFor: uncoveredFor, topology: Topology(onUncovered: policy, gracePeriod: Self.grace))
    }

    private func answer(_ policy: Topology.UncoveredPolicy) -> Admission { policy == .park ? .park : .refuse }

    @Test(arguments: Topology.UncoveredPolicy.allCases, [RollCallReport.Coverage.State.covered, .draining])
    func `what a live process can run, or was about to hand over, is accepted`(
        policy: Topology.UncoveredPolicy, state: RollCallReport.Coverage.State
    ) {
        for uncoveredFor in [nil, .zero, Self.grace * 10] as [Duration?] {
            #expect(decide(state, uncoveredFor: uncoveredFor, policy: policy) == .accept)
        }
    }

    @Test(arguments: Topology.UncoveredPolicy.allCases, certain)
    func `a live process without a ready handler is a certain gap: the policy applies at once`(
        policy: Topology.UncoveredPolicy, kind: Finding.Kind
    ) {  // I3
        for uncoveredFor in [nil, .zero, Self.grace] as [Duration?] {
            #expect(decide(.uncovered, lacking: kind, uncoveredFor: uncoveredFor, policy: policy) == answer(policy))
        }
    }

    @Test(arguments: Topology.UncoveredPolicy.allCases, perhapsRestart)
    func `absent processes are given the grace period, and then the policy applies`(
        policy: Topology.UncoveredPolicy, kind: Finding.Kind
    ) {
        for uncoveredFor in [nil, .zero, Self.grace - .milliseconds(1)] as [Duration?] {
            #expect(decide(.uncovered, lacking: kind, uncoveredFor: uncoveredFor, policy: policy) == .accept)
        }
        for uncoveredFor in [Self.grace, Self.grace * 10] {
            #expect(decide(.uncovered, lacking: kind, uncoveredFor: uncoveredFor, policy: policy) == answer(policy))
        }
    }

    @Test(arguments: certain)
    func `one live process without the handler makes the gap certain, whoever else is away`(kind: Finding.Kind) {
        let coverage = RollCallReport.Coverage(
            action: "sweep", route: ["a", "b"], state: .uncovered, capable: [], lacking: ["a": .noLiveProcess, "b": kind])
        #expect(Admission.decide(coverage, uncoveredFor: nil, topology: Topology()) == .refuse)
    }

    @Test func `without a grace period absence counts at once`() {
        let coverage = RollCallReport.Coverage(
            action: "sweep", route: ["a"], state: .uncovered, capable: [], lacking: ["a": .noLiveProcess])
        #expect(Admission.decide(coverage, uncoveredFor: nil, topology: Topology(gracePeriod: .zero)) == .refuse)
    }

    @Test func `an action without a row in the roll call is accepted: only the store can know it`() {
        #expect(Admission.decide(nil, uncoveredFor: Self.grace * 2, topology: Topology()) == .accept)
    }
}

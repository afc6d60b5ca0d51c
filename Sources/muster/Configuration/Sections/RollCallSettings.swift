import Scheduler

/// `roll_call`: what happens while an action has no process.
struct RollCallSettings: Sendable {
    let onUncovered: Topology.UncoveredPolicy
    let gracePeriod: Duration

    static func read(_ top: Section) -> RollCallSettings {
        guard let section = top.section("roll_call") else { return RollCallSettings(onUncovered: .reject, gracePeriod: .seconds(30)) }
        let onUncovered = section.choice("on_uncovered", Topology.UncoveredPolicy.self) ?? .reject
        let gracePeriod = section.duration("grace_period", in: .zero...(.seconds(3_600))) ?? .seconds(30)
        section.finish()
        return RollCallSettings(onUncovered: onUncovered, gracePeriod: gracePeriod)
    }
}

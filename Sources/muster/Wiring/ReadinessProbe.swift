import AdminAPI
import Scheduler

/// Answers the readiness probe: what this process can do, and which actions nobody can.
struct ReadinessProbe: Sendable {
    let scheduler: TaskScheduler
    let worker: Worker
    let stop: StopSwitch
    private let roll: SharedRoll

    init(scheduler: TaskScheduler, worker: Worker, stop: StopSwitch) {
        self.scheduler = scheduler
        self.worker = worker
        self.stop = stop
        roll = SharedRoll { try await scheduler.rollCall() }
    }

    /// Asks the worker and calls the roll; the API's own timeout bounds it.
    func answer() async -> Readiness {
        let own = worker.readiness()
        var gaps: [Readiness.Gap] = []
        for handler in own.notReady where isMine(handler.action, own.instance) {
            gaps.append(.init(action: handler.action, problem: handler.reason ?? "The handler is not ready."))
        }
        var isDatabaseReachable = false
        do {
            let report = try await roll.report()
            isDatabaseReachable = true
            for row in report.coverage where row.state == .uncovered && !gaps.contains(where: { $0.action == row.action }) {
                let finding = report.findings.first { $0.action == row.action }
                gaps.append(.init(action: row.action, problem: finding?.problem ?? "No live process can run it."))
            }
        } catch {
            // The answer says so: that is what the probe is for.
            isDatabaseReachable = false
        }
        let state: ProcessState = stop.isStopped ? .draining : own.isMember ? .running : .dead
        return Readiness(
            instance: own.instance, state: state, isDatabaseReachable: isDatabaseReachable, gaps: gaps, canClaim: own.canClaim,
            failing: own.failing)
    }

    private func isMine(_ action: ActionName, _ instance: String) -> Bool {
        guard let definition = scheduler.catalogue[action] else { return false }
        return scheduler.topology.route(of: definition).contains(instance)
    }
}

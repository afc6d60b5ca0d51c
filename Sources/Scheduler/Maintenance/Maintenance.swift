import Postgres
public import ServiceLifecycle

/// What keeps the whole running: takes back tasks of the dead, parks and unparks, sweeps.
///
/// Every process may run it; each duty's turn goes to whoever takes it first, so nothing depends on one of them.
public struct Maintenance: Service {
    private let scheduler: TaskScheduler
    private let membership: Membership

    /// Maintenance by the process of this worker.
    public init(worker: Worker) {
        scheduler = worker.scheduler
        membership = worker.membership
    }

    /// Does duties until shut down.
    public func run() async throws {
        // Every duty can be cut anywhere: each of its statements is whole by itself.
        let work = Task { await duties() }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await work.value
            } onGracefulShutdown: {
                work.cancel()
            }
        } onCancel: {
            work.cancel()
        }
    }

    private func duties() async {
        var lastFindings: [Finding]?
        while !Task.isCancelled {
            let isForced = await scheduler.rollChanged.wait(timeout: scheduler.settings.heartbeatInterval / 2)
            if Task.isCancelled { return }
            await trying("looking after the neighbours") { try await scheduler.buryNeighbours(of: membership.identity) }
            await duty("reclaim", every: scheduler.settings.heartbeatInterval / 4) {
                try await scheduler.bury(known: nil, mayJudge: membership.mayJudge)
            }
            await duty("roll_call", every: isForced ? .zero : scheduler.settings.heartbeatInterval / 4) {
                try await scheduler.parkAndUnpark()
            }
            await duty("cancel", every: scheduler.settings.heartbeatInterval / 4) { try await scheduler.cancelMissed() }
            await duty("sweep", every: .seconds(60)) { try await scheduler.sweep() }
            await duty("vacuum", every: .seconds(15)) { try await scheduler.vacuumHotTable() }
            if let report = try? await scheduler.rollCall(), report.findings != lastFindings {
                lastFindings = report.findings
                scheduler.events.record(.rollCalled(findings: report.findings))
            }
        }
    }

    private func duty(_ name: String, every interval: Duration, _ work: @escaping @Sendable () async throws -> Void) async {
        await trying("the duty \(name)") {
            let turn = TakeTurn(duty: name, incarnation: membership.incarnation, interval: interval)
            guard try await !scheduler.client.execute(turn).isEmpty else { return }
            try await work()
        }
    }

    private func trying(_ doing: String, _ work: @escaping @Sendable () async throws -> Void) async {
        do {
            try await withTimeout(.seconds(60), work)
        } catch is CancellationError {
            return
        } catch {
            scheduler.events.record(.databaseTrouble(doing: doing, reason: "\(error)"))
        }
    }
}

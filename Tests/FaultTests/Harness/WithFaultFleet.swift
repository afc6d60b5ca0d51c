import FaultLedger
import Foundation
import Migrations
import Scheduler
import SchedulerTesting

/// How a fault's fleet is made.
struct FleetPlan: Sendable {
    /// Names of the workers; all of them run everything, but for the routes.
    var workers = ["one", "two", "three"]
    /// Action to instance names.
    var routes: [String: [String]] = ["hasty": ["one"]]
    /// Tasks a second.
    var rate = 40
    /// The task of a number.
    var make: @Sendable (Int) -> Load.Order = { .plain($0) }
    /// Settings of the store's server.
    var server: [String: String] = [:]
    /// Whether the numbers are the product's defaults; otherwise death is declared after four seconds.
    var isDefault = false
    /// Heartbeat and death in milliseconds, for other numbers than the default ones.
    var heartbeat = 500, deadAfter = 4000
    /// How the workers reach the store; its TCP port unless it is said otherwise.
    var reach: (@Sendable (FaultStore) throws -> String)?
    /// Where the store keeps its data; a folder in /tmp unless it is said otherwise.
    var folder: String?
    /// The scripts that have run in the store; nil for all that this build has.
    var scripts: [Migration]?
    /// Whether the load goes straight to the store all the same.
    var isLoadDirect = false
}

/// Lends a migrated store, a ledger and a load that waits for `load.start()`, and stops everything at the end, also when the body fails.
func withFaultFleet<R: Sendable>(_ plan: FleetPlan = FleetPlan(), _ body: (FaultFleet) async throws -> R) async throws -> R {
    try await withTestDatabase { database in
        let store = try FaultStore(folder: plan.folder, settings: plan.server)
        do {
            let value = try await run(plan, store, ledger: database.conninfo, body)
            await store.remove()
            return value
        } catch {
            await store.remove()
            throw error
        }
    }
}

private func run<R: Sendable>(
    _ plan: FleetPlan, _ store: FaultStore, ledger conninfo: String, _ body: (FaultFleet) async throws -> R
) async throws -> R {
    try await store.start()
    if let scripts = plan.scripts {
        try await migrate(store.conninfo, with: scripts)
    } else {
        try await withClient(store.conninfo) { _ = try await Migrator(client: $0).migrate() }
    }
    let ledger = Ledger(conninfo: conninfo)
    try await ledger.create()
    var orders = WorkerOrders(
        instance: "one", store: try plan.reach?(store) ?? store.tcp, ledger: conninfo, instances: ["main"] + plan.workers,
        runsOn: plan.workers)
    orders.routes = plan.routes
    if !plan.isDefault {
        orders.heartbeat = plan.heartbeat
        orders.deadAfter = plan.deadAfter
        orders.poll = 500
        orders.grace = 5000
    }
    var submitting = orders
    if plan.isLoadDirect { submitting.store = store.tcp }
    let load = try Load(submitting, rate: plan.rate, make: plan.make)
    let fleet = FaultFleet(store: store, ledger: ledger, load: load, orders: orders)
    func finish() async throws {
        // What the load could not submit is in doubt; the judge knows.
        try? await load.stop()
        try await fleet.stopAll()
        await load.close()
        await ledger.close()
    }
    do {
        let value = try await body(fleet)
        try await finish()
        return value
    } catch {
        try await finish()
        throw error
    }
}

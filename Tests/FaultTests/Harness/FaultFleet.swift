import FaultLedger
import Foundation
import Glibc
import Logging
import Postgres
import Scheduler
import SchedulerTesting
import Synchronization

/// One fault's world: a store, a ledger on a server that no fault touches, workers as real processes, and a steady load.
final class FaultFleet: Sendable {
    let store: FaultStore
    let ledger: Ledger
    let load: Load
    /// What every worker's orders begin with.
    let orders: WorkerOrders
    private let started = Mutex<[Member]>([])

    /// A worker: its orders and its process.
    struct Member: Sendable {
        let orders: WorkerOrders
        let process: MusterProcess
        let since = Date()
        var boot: UUID { orders.boot }
        var instance: String { orders.instance }
    }

    init(store: FaultStore, ledger: Ledger, load: Load, orders: WorkerOrders) {
        self.store = store
        self.ledger = ledger
        self.load = load
        self.orders = orders
    }

    /// Every process that was ever started.
    var members: [Member] { started.withLock { $0 } }

    /// Starts a worker and returns when it has answered the roll call.
    ///
    /// - Parameters:
    ///   - program: the worker of another build
    ///   - wrapper: a command that becomes the worker, such as one that changes a namespace
    ///   - change: what is different in its orders
    @discardableResult
    func start(
        _ instance: String, program: String? = nil, wrapper: [String] = [], environment: [String: String] = [:],
        _ change: (inout WorkerOrders) -> Void = { _ in }
    ) async throws -> Member {
        let member = try await launch(instance, program: program, wrapper: wrapper, environment: environment, change)
        try await member.process.line(containing: "process started", within: .seconds(60))
        return member
    }

    /// Starts a worker and returns at once.
    func launch(
        _ instance: String, program: String? = nil, wrapper: [String] = [], environment: [String: String] = [:],
        _ change: (inout WorkerOrders) -> Void = { _ in }
    ) async throws -> Member {
        var orders = orders
        orders.instance = instance
        orders.boot = UUID()
        change(&orders)
        let json = String(decoding: try JSONEncoder().encode(orders), as: UTF8.self)
        let process = try await MusterProcess.start(
            instance, program: try program ?? MusterBinary.path(of: "fault-worker"), [json], wrapper: wrapper, environment: environment)
        let member = Member(orders: orders, process: process)
        started.withLock { $0.append(member) }
        return member
    }

    /// Waits until work flows: everybody who is named has ended some.
    func warmUp(_ members: [Member], within limit: Duration = .seconds(30)) async throws {
        try await eventually("work on every worker", timeout: limit) {
            let ends = try await ledger.entries().filter { $0.moment == .end }.map(\.boot)
            return ends.count >= 80 && members.allSatisfy { ends.contains($0.boot) }
        }
    }

    /// Stops the load, waits until everything that was accepted has ended, and judges.
    func judge(
        within limit: Duration = .seconds(60), asking conninfo: String? = nil, disturbed: [Member] = [], everyone: Bool = false,
        deaf: Set<String> = [], mayRepeat: Int = 0
    ) async throws -> Judgement {
        try await load.stop()
        try await drain(within: limit, asking: conninfo)
        var evidence = Evidence()
        evidence.accepted = await load.accepted
        evidence.expected = await load.expected
        evidence.inDoubt = await load.inDoubt
        evidence.store = try await tasks(asking: conninfo)
        evidence.ledger = try await ledger.entries()
        for action in FaultCatalogue.names { evidence.routes[action] = orders.routes[action] ?? orders.runsOn }
        evidence.disturbed = Set(disturbed.map(\.boot))
        evidence.isEveryoneDisturbed = everyone
        evidence.deaf = deaf
        evidence.mayRepeat = mayRepeat
        var judgement = Judgement(evidence)
        if !judgement.violations.isEmpty { judgement.violations += troubles }
        return judgement
    }

    // What the processes themselves had to say, for whoever looks for the cause of a violation.
    private var troubles: [String] {
        members.flatMap { member in
            member.process.lines.filter { $0.contains(" warning ") || $0.contains(" error ") }.suffix(3).map {
                "\(member.instance) said: \($0)"
            }
        }
    }

    /// Waits until nothing is unfinished; what still is after the limit is the judge's business.
    func drain(within limit: Duration, asking conninfo: String? = nil) async throws {
        do {
            try await eventually("the end of all tasks", timeout: limit) { try await unfinished(asking: conninfo) == 0 }
        } catch is NotInTime {
            return
        }
    }

    /// Ends all processes that still run, gently, then not.
    func stopAll() async throws {
        let running = members.filter { $0.process.end == nil }
        for member in running {
            member.process.send(SIGCONT)
            member.process.send(SIGTERM)
        }
        for member in running { _ = try await member.process.stop() }
    }
}

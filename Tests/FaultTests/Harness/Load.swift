import FaultLedger
import Foundation
import Logging
import Postgres
import Scheduler
import SchedulerTesting

/// A client that submits steadily and, like a good one, asks again with the same idempotency key until it gets an answer.
actor Load {
    private let scheduler: TaskScheduler
    private let client: PostgresClient
    private let make: @Sendable (Int) -> Order
    private let interval: Duration
    private let batch: Int
    private var running: Task<Void, any Error>?
    private var next = 0
    private(set) var accepted: [String: Int64] = [:]
    private(set) var expected: [String: Evidence.Expectation] = [:]
    private(set) var inDoubt: Set<String> = []
    /// Submissions that were answered with an error and tried again.
    private(set) var refusals = 0
    /// Those among them that did not say that the database is away for now.
    private(set) var refused = 0

    /// One task to be submitted.
    struct Order: Sendable {
        var action = "steady"
        var params: FaultParams
        var expected = Evidence.Expectation.complete
        /// Failures after which it fails; nil for the action's.
        var maxAttempts: Int?

        /// Work that a single failure ends, half of it of ten steps with a checkpoint after each.
        static func onlyOnce(_ number: Int) -> Order {
            var order =
                number.isMultiple(of: 2) ? plain(number) : Order(params: FaultParams(label: "t\(number)", behaviour: .stepping, work: 500))
            order.maxAttempts = 1
            return order
        }

        /// Short work, with a long task and one of ten steps, each with a checkpoint, among ten.
        static func mixed(_ number: Int) -> Order {
            switch number % 10 {
            case 0: plain(number, work: 1500)
            case 5: Order(params: FaultParams(label: "t\(number)", behaviour: .stepping, work: 500))
            default: plain(number)
            }
        }

        static func plain(_ number: Int, work: Int = 20) -> Order { Order(params: FaultParams(label: "t\(number)", work: work)) }
    }

    /// - Parameters:
    ///   - rate: tasks a second
    ///   - make: the task of a number
    init(_ orders: WorkerOrders, rate: Int, make: @escaping @Sendable (Int) -> Order) throws {
        var configuration = PostgresConfiguration(conninfo: orders.store)
        configuration.applicationName = "load"
        configuration.poolSize = 2
        configuration.statementTimeout = .seconds(10)
        let client = PostgresClient(configuration, logger: Logger(label: "load") { _ in SwiftLogNoOpLogHandler() })
        self.client = client
        scheduler = TaskScheduler(
            client: client, catalogue: try Catalogue(FaultCatalogue.definitions()), topology: orders.topology, settings: orders.settings,
            events: EventRecorder())
        self.make = make
        batch = max(1, rate / 20)
        interval = .milliseconds(1000 * batch / rate)
    }

    /// Begins to submit.
    func start() {
        guard running == nil else { return }
        running = Task { try await self.submitSteadily() }
    }

    /// Stops after the batch that is on its way; it too is submitted to its end, for at most a minute.
    func stop() async throws {
        running?.cancel()
        try await running?.value
        running = nil
    }

    /// Submits a few tasks now.
    @discardableResult
    func submit(_ count: Int) async throws -> [Int64] {
        let orders = (0..<count).map { make(next + $0) }
        next += count
        return try await submit(orders)
    }

    /// Submits these tasks now.
    @discardableResult
    func submit(_ orders: [Order]) async throws -> [Int64] {
        let requests = try orders.map { order in
            TaskRequest(
                action: ActionName(rawValue: order.action), params: try JSONBytes(encoding: order.params), resourceID: order.params.label,
                idempotencyKey: order.params.label, maxAttempts: order.maxAttempts)
        }
        for order in orders { inDoubt.insert(order.params.label) }
        var ids: [Int64] = []
        try await eventually("an answer to a submission", timeout: .seconds(120)) {
            do {
                // On a Swift task of its own: a test that stops the load does not cut what is on its way.
                ids = try await Task { try await self.scheduler.submit(requests).map(\.id.rawValue) }.value
                return true
            } catch let error as SchedulerError where [.databaseUnavailable, .databaseTimeout, .database].contains(error.code) {
                if error.code == .database { refused += 1 }
                refusals += 1
                return false
            }
        }
        for (order, id) in zip(orders, ids) {
            accepted[order.params.label] = id
            inDoubt.remove(order.params.label)
            if order.expected != .complete { expected[order.params.label] = order.expected }
        }
        return ids
    }

    /// Closes the connections.
    func close() async { await client.shutdown() }

    private func submitSteadily() async throws {
        let clock = ContinuousClock()
        var due = clock.now
        while !Task.isCancelled {
            try await Task { _ = try await self.submit(self.batch) }.value
            due = max(due + interval, clock.now - .seconds(1))
            do { try await clock.sleep(until: due) } catch { return }
        }
    }
}

import NIOCore
import Synchronization

/// Bounds how long something may take.
enum TimeLimit {
    /// Runs `work`, and cancels it when it takes longer than `limit`.
    ///
    /// - Throws: 504 `M_MUSTER_TIMEOUT` when the limit passed.
    static func run<Value: Sendable>(within limit: Duration, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw timedOut(limit)
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// The same for each request on its event loop: a timer of the loop costs no wake-up of another thread, neither to set nor to cancel.
    ///
    /// `work` runs on the loop too.
    static func run<Value: Sendable>(
        within limit: Duration, on loop: any EventLoop, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let working = Task(executorPreference: LoopExecutor(loop: loop)) { try await work() }
        let over = Expiry()
        let timer = loop.scheduleTask(in: .nanoseconds(Int64(limit / .nanoseconds(1)))) {
            over.set()
            working.cancel()
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            let result = await working.result
            if over.isSet { throw timedOut(limit) }
            return try result.get()
        } onCancel: {
            working.cancel()
        }
    }

    private static func timedOut(_ limit: Duration) -> APIError {
        .timedOut("The answer took longer than \(limit); look whether the change was made before you repeat it.")
    }
}

/// Whether a time limit has passed.
private final class Expiry: Sendable {
    private let hasPassed = Atomic<Bool>(false)

    var isSet: Bool { hasPassed.load(ordering: .acquiring) }

    func set() { hasPassed.store(true, ordering: .releasing) }
}

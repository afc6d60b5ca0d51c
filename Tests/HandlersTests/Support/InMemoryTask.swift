import Foundation
import Logging
import Scheduler
import Synchronization

/// A task without a store: keeps checkpoint and progress between attempts, and can let an attempt die at any of its writes.
final class InMemoryTask: Sendable {
    /// The process was killed.
    struct Killed: Error {}

    private struct State {
        var checkpoint: JSONBytes?
        var progress: TaskProgress?
        var attempts = 0
        var writes = 0
        var diesAt: Int?
        var isDead = false
        var largestCheckpoint = 0
        var held: Set<String> = []
        var isCancelRequested = false
        var onWrite: (@Sendable (Int) -> Void)?
        var now: Date?
    }

    private let state = Mutex(State())
    /// Keys that other tasks hold.
    private let heldElsewhere: Mutex<Set<String>>
    let id: TaskID

    init(id: Int64 = 4711, heldElsewhere: Set<String> = []) {
        self.id = TaskID(rawValue: id)
        self.heldElsewhere = Mutex(heldElsewhere)
    }

    /// How often the attempts have written so far, reports of progress included.
    var writes: Int { state.withLock { $0.writes } }
    var checkpoint: JSONBytes? { state.withLock { $0.checkpoint } }
    var progress: TaskProgress? { state.withLock { $0.progress } }
    var largestCheckpoint: Int { state.withLock { $0.largestCheckpoint } }

    /// Sets the database's clock, which else is the process's.
    func set(now: Date) { state.withLock { $0.now = now } }

    /// Another task gives its keys back.
    func releaseElsewhere() { heldElsewhere.withLock { $0 = [] } }

    /// Asks the running attempt to stop, as soon as it has written so often.
    func cancel(afterWrites count: Int, _ stop: @escaping @Sendable () -> Void) {
        after(writes: count) { [weak self] in
            self?.state.withLock { $0.isCancelRequested = true }
            stop()
        }
    }

    /// Does something when the running attempt has written so often.
    func after(writes count: Int, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.onWrite = { if $0 == count { action() } } }
    }

    /// Does something whenever the running attempt has written.
    func afterEveryWrite(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.onWrite = { _ in action() } } }

    /// Runs one attempt, which ends as killed at its `diesAt`-th write.
    ///
    /// - Returns: the outcome; nil when the attempt was killed.
    func attempt<H: Handler>(_ handler: H, _ params: H.HandledAction.Params, diesAt: Int? = nil) async throws -> Outcome? {
        let attempt = state.withLock { state in
            state.attempts += 1
            (state.writes, state.diesAt, state.isDead, state.held) = (0, diesAt, false, [])
            return state.attempts
        }
        let context = HandlerContext(
            taskID: id, action: H.HandledAction.name, attempt: attempt, resourceID: nil, requestedBy: nil, createdAt: Date(),
            deadline: nil, logger: Logger(label: "handlers-test"), state: self)
        do {
            let outcome = try await handler.run(params, in: context)
            return state.withLock { $0.isDead } ? nil : outcome
        } catch {
            if state.withLock({ $0.isDead }) { return nil }
            throw error
        }
    }

    /// Counts a write; from the one at which the attempt dies nothing is written any more.
    private func write(_ change: (inout State) -> Void) throws {
        let (count, hook) = try state.withLock { state in
            guard !state.isDead else { throw Killed() }
            state.writes += 1
            if state.writes == state.diesAt {
                state.isDead = true
                throw Killed()
            }
            change(&state)
            return (state.writes, state.onWrite)
        }
        hook?(count)
    }
}

extension InMemoryTask: AttemptState {
    var initialCheckpoint: JSONBytes? { checkpoint }
    var initialProgress: TaskProgress? { progress }
    var isCancelRequested: Bool { state.withLock { $0.isCancelRequested } }
    func now() -> Date { state.withLock { $0.now } ?? Date() }

    func report(_ progress: TaskProgress) async {
        // A killed process shows nothing any more; the next write that can fail tells the handler.
        try? write { $0.progress = progress }
    }

    func save(checkpoint: JSONBytes, progress: TaskProgress?) async throws {
        guard checkpoint.utf8.count <= 65_536 else { throw SchedulerError(.tooLarge, "The checkpoint is over 64 KiB.") }
        try write { state in
            state.checkpoint = checkpoint
            state.largestCheckpoint = max(state.largestCheckpoint, checkpoint.utf8.count)
            if let progress { state.progress = progress }
        }
    }

    func acquire(_ key: String) async throws -> Bool {
        if heldElsewhere.withLock({ $0.contains(key) }) { return false }
        try write { $0.held.insert(key) }
        return true
    }

    func release(_ key: String) async throws { try write { $0.held.remove(key) } }
}

extension Outcome {
    /// The result of a task that is complete, or was cancelled.
    func result<Value: Decodable>(_ type: Value.Type) throws -> Value? {
        switch self {
        case .complete(let bytes?), .cancelled(let bytes?): try bytes.decode(type)
        default: nil
        }
    }

    var isComplete: Bool {
        if case .complete = self { true } else { false }
    }
}

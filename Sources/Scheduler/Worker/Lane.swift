import Synchronization

/// A long-lived Swift task that runs one attempt after another.
///
/// Cancelling an attempt cancels its lane, and a cancelled task stays cancelled: such a lane ends after that attempt, and another one is
/// opened when there is work for it.
final class Lane: Sendable {
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Starts the Swift task.
    func open(_ work: @escaping @Sendable (Lane) async -> Void) {
        task.withLock { task in
            // Under the lock: whoever cancels at once finds the task. With a priority of its own, whoever opens it.
            task = Task(priority: .medium) { await work(self) }
        }
    }

    /// Cancels what runs on the lane.
    func cancel() { task.withLock { $0 }?.cancel() }
}

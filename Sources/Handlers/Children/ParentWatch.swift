import Scheduler

/// Stops a child's work when the task that submitted it is cancelled.
///
/// A parent that waits is cancelled without its handler running, so the children look at it rather than it at them.
actor ParentWatch {
    private let parent: TaskID
    private let desk: any TaskDesk
    private let every: Duration
    /// Whether the parent was seen as cancelled.
    private(set) var isParentCancelled = false

    init(parent: TaskID, desk: any TaskDesk, every: Duration) {
        self.parent = parent
        self.desk = desk
        self.every = every
    }

    /// Works until the work ends, or is cancelled because the parent is.
    ///
    /// - Parameter work: ends as a cancelled task does when ``isParentCancelled``
    func run(_ work: @Sendable @escaping () async throws -> Outcome) async throws -> Outcome {
        if try await look() { return .cancelled() }
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await self.watch()
                return nil
            }
            defer { group.cancelAll() }
            if let outcome = try await group.next() ?? nil { return outcome }
            group.cancelAll()
            return try await group.next().flatMap { $0 } ?? .cancelled()
        }
    }

    /// Returns when the parent is cancelled, or the watch is.
    private func watch() async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: every)
                if try await look() { return }
            } catch is CancellationError {
                return
            } catch {
                // The database is away; the next look may succeed.
                continue
            }
        }
    }

    /// Whether the parent is cancelled now.
    func look() async throws -> Bool {
        isParentCancelled = try await desk.task(parent)?.status == .cancelled
        return isParentCancelled
    }
}

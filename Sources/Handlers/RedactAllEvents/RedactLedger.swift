import HomeserverClient
import Scheduler

/// Holds the checkpoint while several rooms change it, and stores it in order: never an older state after a newer one.
actor RedactLedger {
    private(set) var checkpoint: RedactCheckpoint
    private let context: HandlerContext
    private var revision = 0
    private var storedRevision = 0
    private var lastSave: Task<Void, any Error>?
    /// Room id to where this attempt found that nothing older of the user is.
    private var ends: [String: String] = [:]

    init(_ context: HandlerContext) {
        self.context = context
        var stored = context.checkpoint(as: RedactCheckpoint.self) ?? RedactCheckpoint()
        stored.rewindPages()
        checkpoint = stored
    }

    /// Changes the checkpoint and stores it; durable when it returns.
    @discardableResult
    func store<Value: Sendable>(_ change: @Sendable (inout RedactCheckpoint) -> Value) async throws -> Value {
        let value = change(&checkpoint)
        revision += 1
        let (mine, before) = (revision, lastSave)
        let save = Task {
            // The one before has told its own caller of its failure; this one stores the newer state in any case.
            _ = await before?.result
            try await self.write(atLeast: mine)
        }
        lastSave = save
        try await save.value
        return value
    }

    /// Shows the last counters.
    func settle() async { await context.reportLast(progress) }

    /// Changes the checkpoint in memory, and shows the counters.
    func note(_ change: @Sendable (inout RedactCheckpoint) -> Void) async {
        change(&checkpoint)
        await context.report(progress)
    }

    /// Where to go on after a page; nil at the end, which is known without asking where a pass before has asked.
    ///
    /// - Parameter from: where the page begins
    func end(of page: RoomEventPage, at from: String?, in roomID: String) -> String? {
        guard let end = page.end, end != from else {
            if let from, page.events.isEmpty { ends[roomID] = from }
            return nil
        }
        return ends[roomID] == end ? nil : end
    }

    private func write(atLeast needed: Int) async throws {
        guard storedRevision < needed else { return }
        let writing = revision
        try await context.save(checkpoint: checkpoint, progress: progress)
        storedRevision = max(storedRevision, writing)
    }

    private var progress: TaskProgress {
        let total = checkpoint.total
        return TaskProgress(
            done: Int64(total.redacted + total.already), total: Int64(total.events), failed: Int64(checkpoint.failedEvents.count))
    }
}

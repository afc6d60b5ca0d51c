import Postgres
import Synchronization

/// Stores single tasks; those that many callers submit at the same moment go together, in one statement and one commit.
///
/// A caller who finds a connection free sends its task at once and waits for nobody. While two statements are on their way, others queue
/// up, and the next statement takes all of them. Each caller is answered after the commit of its own task (I1). A task that the server
/// refuses fails alone: the others of its statement are sent again without it.
final class SingleSubmissions: Sendable {
    private struct Waiting {
        var id: UInt64
        var item: SubmitTasks.Item
        var answer: CheckedContinuation<SubmitTasks.Row, any Error>
    }

    private struct State {
        var queue: [Waiting] = []
        var running = 0
        var lastID: UInt64 = 0
    }

    /// More statements at once only make each smaller.
    private static let atOnce = 2
    /// The most tasks in one statement.
    private static let largest = 500

    private let client: PostgresClient
    private let state = Mutex(State())

    init(client: PostgresClient) { self.client = client }

    /// Stores the task and says what became of it once that is committed.
    ///
    /// A caller that is cancelled while it queues stores nothing; once its task is on its way, the answer is waited for.
    func submit(_ item: SubmitTasks.Item) async throws -> SubmitTasks.Row {
        let mayStart = state.withLock { state in
            guard state.running < Self.atOnce else { return false }
            state.running += 1
            return true
        }
        guard mayStart else { return try await queue(item) }
        defer { goOn() }
        return try await Self.store([item], client)[0]
    }

    private func queue(_ item: SubmitTasks.Item) async throws -> SubmitTasks.Row {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                let mayStart = state.withLock { state in
                    state.queue.append(Waiting(id: id, item: item, answer: answer))
                    // Both statements may have ended since the caller looked.
                    guard state.running < Self.atOnce else { return false }
                    state.running += 1
                    return true
                }
                if mayStart { goOn() }
                if Task.isCancelled { abandon(id) }
            }
        } onCancel: {
            abandon(id)
        }
    }

    private func abandon(_ id: UInt64) {
        let waiting = state.withLock { state in
            state.queue.firstIndex { $0.id == id }.map { state.queue.remove(at: $0) }
        }
        waiting?.answer.resume(throwing: CancellationError())
    }

    // Gives the place of a statement that has ended to the next, or back.
    private func goOn() {
        let batch = state.withLock { state in
            let batch = Array(state.queue.prefix(Self.largest))
            state.queue.removeFirst(batch.count)
            if batch.isEmpty { state.running -= 1 }
            return batch
        }
        guard !batch.isEmpty else { return }
        // Not a child of any caller: it stores the tasks of all.
        Task { [client] in
            await Self.store(batch, client)
            goOn()
        }
    }

    private static func store(_ batch: [Waiting], _ client: PostgresClient) async {
        do {
            let rows = try await store(batch.map(\.item), client)
            for (waiting, row) in zip(batch, rows) { waiting.answer.resume(returning: row) }
        } catch {
            guard batch.count > 1, isOfOneTask(error) else {
                for waiting in batch { waiting.answer.resume(throwing: error) }
                return
            }
            for waiting in batch { await store([waiting], client) }
        }
    }

    // The server refused a value, and therefore stored nothing: it is known to be safe to send the others again.
    private static func isOfOneTask(_ error: any Error) -> Bool {
        guard let state = (error as? PostgresError)?.sqlState else { return false }
        return state.hasPrefix("22") || state.hasPrefix("23") || state.hasPrefix("54")
    }

    /// Stores tasks in one statement: the lean one where nothing can stand in their way.
    static func store(_ items: [SubmitTasks.Item], _ client: PostgresClient) async throws -> [SubmitTasks.Row] {
        let rows: [SubmitTasks.Row]
        if !items.allSatisfy(\.isPlain) {
            rows = try await client.execute(SubmitTasks(items: items))
        } else {
            let isAudited = items.contains { $0.auditOrigin != nil }
            let ids =
                isAudited ? try await client.execute(SubmitPlainAudited(items: items)) : try await client.execute(SubmitPlain(items: items))
            rows = ids.map { SubmitTasks.Row(id: $0, isNew: true) }
        }
        guard rows.count == items.count else {
            throw PostgresError(code: .decode, message: "the store did not answer every submission", statement: SubmitTasks.name)
        }
        return rows
    }
}

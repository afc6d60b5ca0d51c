import Postgres
import Synchronization

/// Stores single tasks; those that many callers submit at the same moment go together, in one statement and one commit.
///
/// A caller who comes alone waits for nobody. While statements are on their way, others queue up, and the next statement takes all of
/// them. A second statement sets out beside the first only when it is worth it: when as many wait as are on their way. Each caller
/// is answered after the commit of its own task (I1). A task that the server refuses fails alone: the others of its statement are
/// sent again without it. One whose key an open transaction holds fails together with those that share its statement, after the lane's
/// patience: ``KeyedSubmissions`` has such tasks in a lane of their own and tries them again.
final class SingleSubmissions: Sendable {
    private struct Waiting {
        var id: UInt64
        var item: SubmitTasks.Item
        var answer: CheckedContinuation<SubmitTasks.Row, any Error>
    }

    private struct State {
        var queue: [Waiting] = []
        var statements = 0
        /// Tasks of those statements.
        var underWay = 0
        var lastID: UInt64 = 0

        /// Whether a statement with so many tasks may set out now.
        func maySetOut(_ count: Int) -> Bool { statements == 0 || (statements < atOnce && count >= underWay) }

        mutating func setOut(_ count: Int) {
            statements += 1
            underWay += count
        }

        /// The next statement's tasks, if one may set out.
        mutating func next() -> [Waiting] {
            let batch = Array(queue.prefix(largest))
            guard !batch.isEmpty, maySetOut(batch.count) else { return [] }
            queue.removeFirst(batch.count)
            setOut(batch.count)
            return batch
        }
    }

    /// More statements at once only make each smaller.
    private static let atOnce = 2
    /// The most tasks in one statement.
    private static let largest = 500

    private let client: PostgresClient
    private let wakeUps: WakeUpSender
    private let patience: Duration?
    private let state = Mutex(State())

    /// - Parameter patience: how long a statement waits for each lock before it fails; nil for tasks that wait for nobody
    init(client: PostgresClient, wakeUps: WakeUpSender, patience: Duration? = nil) {
        self.client = client
        self.wakeUps = wakeUps
        self.patience = patience
    }

    /// Stores the task and says what became of it once that is committed.
    ///
    /// A caller that is cancelled while it queues stores nothing; once its task is on its way, the answer is waited for.
    func submit(_ item: SubmitTasks.Item) async throws -> SubmitTasks.Row {
        let isAlone = state.withLock { state in
            guard state.queue.isEmpty, state.maySetOut(1) else { return false }
            state.setOut(1)
            return true
        }
        guard isAlone else { return try await queue(item) }
        defer { ended(1) }
        guard item.isPlain, item.auditOrigin == nil else { return try await LeanestSubmission.store([item], client, patience: patience)[0] }
        let hint = wakeUps.ride(.work)
        do {
            guard let id = try await client.execute(SubmitOne(item: item, hint: hint?.payload)).first else {
                throw LeanestSubmission.unanswered
            }
            return SubmitTasks.Row(id: id, isNew: true, hasWoken: hint != nil)
        } catch {
            // It may have been to carry the hints of others as well.
            if let hint { wakeUps.send(hint) }
            throw error
        }
    }

    private func queue(_ item: SubmitTasks.Item) async throws -> SubmitTasks.Row {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                // The statements may have ended since the caller looked.
                let batch = state.withLock { state in
                    state.queue.append(Waiting(id: id, item: item, answer: answer))
                    return state.next()
                }
                setOut(batch)
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

    private func setOut(_ batch: [Waiting]) {
        guard !batch.isEmpty else { return }
        // Not a child of any caller: it stores the tasks of all. Set out from this thread, which is awake.
        Task.immediate {
            await store(batch)
            ended(batch.count)
        }
    }

    // A statement with so many tasks has ended: whoever waits may set out.
    private func ended(_ count: Int) {
        let batch = state.withLock { state in
            state.statements -= 1
            state.underWay -= count
            return state.next()
        }
        setOut(batch)
    }

    private func store(_ batch: [Waiting]) async {
        do {
            let rows = try await LeanestSubmission.store(batch.map(\.item), client, patience: patience)
            for (waiting, row) in zip(batch, rows) { waiting.answer.resume(returning: row) }
        } catch {
            guard batch.count > 1, Self.isOfOneTask(error) else {
                for waiting in batch { waiting.answer.resume(throwing: error) }
                return
            }
            for waiting in batch { await store([waiting]) }
        }
    }

    // The server refused a value, and therefore stored nothing: it is known to be safe to send the others again.
    private static func isOfOneTask(_ error: any Error) -> Bool {
        guard let state = (error as? PostgresError)?.sqlState else { return false }
        return state.hasPrefix("22") || state.hasPrefix("23") || state.hasPrefix("54")
    }
}

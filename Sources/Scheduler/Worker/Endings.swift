import Foundation
import Postgres

/// Final outcomes of one incarnation, written by the cheapest statement that does each justice.
///
/// Most attempts complete and leave nothing behind: of such a one only its id is kept, and their batch costs PostgreSQL two thirds of what
/// the full statement takes.
struct Endings: Sendable {
    let incarnation: UUID
    /// Attempts that completed and leave nothing behind, by attempt number.
    private var plain: [Int16: [Int64]] = [:]
    private var others: [EndAttempts.Item] = []

    init(incarnation: UUID) { self.incarnation = incarnation }

    var isEmpty: Bool { plain.isEmpty && others.isEmpty }

    /// Adds how an attempt ended.
    mutating func add(_ attempt: LiveAttempt, status: TaskStatus, result: JSONBytes?, error: String?) {
        let fence = attempt.fence
        let holdsKeys = attempt.holdsKeys
        if status == .complete, result == nil, error == nil, !holdsKeys, !attempt.claim.isKeyed {
            plain[fence.attempt, default: []].append(fence.id)
        } else {
            others.append(
                EndAttempts.Item(
                    id: fence.id, attempt: fence.attempt, status: status.rawValue,
                    result: result.map { String(decoding: $0.utf8, as: UTF8.self) }, error: error, holdsKeys: holdsKeys))
        }
    }

    /// Writes them, each fenced by its claim.
    ///
    /// - Returns: the tasks whose claims were still held, or which these attempts had completed before.
    func write(to client: PostgresClient) async throws -> [Int64] {
        var written: [Int64] = []
        var rest = others
        for (attempt, ids) in plain {
            guard try await client.affected(CompleteAttempts(incarnation: incarnation, attempt: attempt, ids: ids)) < ids.count else {
                written += ids
                continue
            }
            let completed = try await client.execute(FindCompleted(incarnation: incarnation, attempt: attempt, ids: ids))
            written += completed
            let done = Set(completed)
            rest += ids.lazy.filter { !done.contains($0) }.map {
                EndAttempts.Item(id: $0, attempt: attempt, status: TaskStatus.complete.rawValue, holdsKeys: false)
            }
        }
        return rest.isEmpty ? written : try await written + client.execute(EndAttempts(incarnation: incarnation, items: rest))
    }
}

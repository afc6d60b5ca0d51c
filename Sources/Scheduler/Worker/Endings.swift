import Foundation
import Postgres

/// Final outcomes of one incarnation, written by the cheapest statement that does each justice.
///
/// Most attempts complete and leave nothing behind; their batch costs PostgreSQL two thirds of what the full statement takes.
struct Endings: Sendable {
    let incarnation: UUID
    let items: [EndAttempts.Item]

    /// Writes them, each fenced by its claim.
    ///
    /// - Returns: the tasks whose claims were still held.
    func write(to client: PostgresClient) async throws -> [Int64] {
        var written: [Int64] = []
        for (attempt, plain) in Dictionary(grouping: items.filter(\.isPlain), by: \.attempt) {
            written += try await client.execute(CompleteAttempts(incarnation: incarnation, attempt: attempt, ids: plain.map(\.id)))
        }
        guard written.count < items.count else { return written }
        let done = Set(written)
        return try await written + client.execute(EndAttempts(incarnation: incarnation, items: items.filter { !done.contains($0.id) }))
    }
}

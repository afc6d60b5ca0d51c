import Postgres

/// Gives back claims that the store holds for this process and that this process knows nothing of.
///
/// A connection can break after the store has committed a claim and before its answer arrives. Nobody would ever run such a task: its
/// process lives. Run by the claimer between two claims, so that a claim on its way is never mistaken for a forgotten one. What ended
/// meanwhile is fenced off by its attempt.
struct Reconciler: Sendable {
    /// Where the store is asked: the connection for claims, which does nothing else meanwhile.
    let claims: PostgresClient
    let client: PostgresClient
    let membership: Membership
    let attempts: LiveAttempts

    /// Compares, and gives back what is unknown here.
    ///
    /// - Returns: how many claims were given back.
    func reconcile() async throws -> Int {
        let incarnation = membership.incarnation
        let held = try await claims.execute(ListClaims(incarnation: incarnation))
        // An attempt stays on the list until the store knows how it ended.
        let known = Set(attempts.all.map { Fence($0) })
        let forgotten = held.filter { !known.contains(Fence(id: $0.id, attempt: $0.attempt)) }
        guard !forgotten.isEmpty else { return 0 }
        let items = forgotten.map {
            DeferAttempts.Item(
                id: $0.id, attempt: $0.attempt, runAt: $0.runAt, outcome: "interrupted", waitMilliseconds: 0,
                error: "The answer to its claim was lost.")
        }
        return try await client.execute(DeferAttempts(incarnation: incarnation, items: items)).count
    }

    private struct Fence: Hashable {
        let id: Int64
        let attempt: Int16

        init(id: Int64, attempt: Int16) {
            self.id = id
            self.attempt = attempt
        }

        init(_ attempt: LiveAttempt) { self.init(id: attempt.fence.id, attempt: attempt.fence.attempt) }
    }
}

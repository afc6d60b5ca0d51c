/// Asks every handler whether it can work, each within a time limit, all at once.
struct Preparation: Sendable {
    let handlers: HandlerRegistry
    let timeout: Duration

    /// The process's manifest: one entry a handler: ready, ready as far as anybody can tell, or with the reason why not.
    func manifest() async -> [HandlerRecord] {
        await withTaskGroup(of: HandlerRecord.self) { group in
            for entry in handlers.entries.values {
                group.addTask { await self.prepare(entry) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.action < $1.action }
        }
    }

    private func prepare(_ entry: HandlerRegistry.Entry) async -> HandlerRecord {
        let problem: (any Error)? = await Patience.first(within: timeout, else: Late(limit: timeout)) { () -> (any Error)? in
            do {
                try await entry.prepare()
                return nil
            } catch {
                return error
            }
        }
        return HandlerRecord(
            action: entry.action, schemaDigest: entry.schemaDigest, ready: problem == nil || problem is DependencyUnavailable,
            reason: problem.map { Verdict.bounded("\($0)", 1000) })
    }

    private struct Late: Error, CustomStringConvertible {
        let limit: Duration
        var description: String { "It did not get ready within \(limit)." }
    }
}

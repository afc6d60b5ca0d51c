/// Asks every handler whether it can work, each within a time limit, all at once.
struct Preparation: Sendable {
    let handlers: HandlerRegistry
    let timeout: Duration

    /// The process's manifest: one entry a handler, ready or with the reason why not.
    func manifest() async -> [HandlerRecord] {
        await withTaskGroup(of: HandlerRecord.self) { group in
            for entry in handlers.entries.values {
                group.addTask { await self.prepare(entry) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.action < $1.action }
        }
    }

    private func prepare(_ entry: HandlerRegistry.Entry) async -> HandlerRecord {
        let problem: String? = await Patience.first(
            within: timeout, else: "It did not get ready within \(timeout)."
        ) { () -> String? in
            do {
                try await entry.prepare()
                return nil
            } catch {
                return Verdict.bounded("\(error)", 1000)
            }
        }
        return HandlerRecord(action: entry.action, schemaDigest: entry.schemaDigest, ready: problem == nil, reason: problem)
    }
}

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
        let late = HandlerRecord(
            action: entry.action, schemaDigest: entry.schemaDigest, ready: false, reason: "It did not get ready within \(timeout).")
        return await Patience.first(within: timeout, else: late) {
            var record = HandlerRecord(action: entry.action, schemaDigest: entry.schemaDigest)
            do {
                try await entry.prepare()
            } catch {
                record.ready = error is DependencyUnavailable
                record.reason = Verdict.bounded("\(error)", 1000)
            }
            return record
        }
    }
}

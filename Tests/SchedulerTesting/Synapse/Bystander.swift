import Synchronization

/// Somebody who sends a message five times a second, and notes how long each takes.
public final class Bystander: Sendable {
    private let waits = Mutex<[Duration]>([])

    /// Runs `body` while somebody sends.
    ///
    /// - Returns: what `body` returns, and how long the sends took, ascending.
    public static func watching<R: Sendable>(
        _ client: SynapseClient, _ body: @Sendable @escaping () async throws -> R
    ) async throws -> (value: R, sends: [Duration]) {
        let (value, sends, _) = try await watching(client, atLeast: .zero, body)
        return (value, sends)
    }

    /// Runs `body` while somebody sends, and lets them go on after it until so much time has passed since its start.
    ///
    /// - Returns: what `body` returns, how long the sends took until then, and how long all took; both ascending.
    public static func watching<R: Sendable>(
        _ client: SynapseClient, atLeast span: Duration, _ body: @Sendable @escaping () async throws -> R
    ) async throws -> (value: R, sends: [Duration], all: [Duration]) {
        let bystander = Bystander()
        let user = try await client.makeUser("bystander")
        let room = try await client.createRoom(by: user)
        let end = ContinuousClock.now.advanced(by: span)
        let (value, sends) = try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while !Task.isCancelled {
                    let start = ContinuousClock.now
                    try await client.send("still here", to: room, as: user)
                    bystander.waits.withLock { $0.append(start.duration(to: .now)) }
                    do { try await ContinuousClock().sleep(for: .milliseconds(200)) } catch { return nil }
                }
                return nil
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() ?? nil else { throw SynapseError("the bystander stopped") }
            let sends = bystander.waits.withLock { $0.sorted() }
            try await ContinuousClock().sleep(until: end)
            return (value, sends)
        }
        return (value, sends, bystander.waits.withLock { $0.sorted() })
    }
}

import Synchronization

/// The pools of one process in the order in which they go before one another, when the server has fewer connections than they could use.
///
/// When one of them is refused a connection (53300), the others give back what they do not use, the last first: who listens, then idle
/// connections. Only when there are none does a pool further back give up a connection that is in use, as soon as it comes back; and for a
/// second those further back open none, so that they do not take it again. For the sake of other processes, each pool
/// that was refused another one holds a single connection for ten seconds (``PoolPlan``).
package final class PoolOrder: Sendable {
    private struct Member {
        weak var client: PostgresClient?
    }

    /// How long those further back open nothing.
    private static let hold = Duration.seconds(1)
    /// How long nobody listens after others had no connection.
    private static let listeningPause = Duration.seconds(30)

    private let members: Mutex<[Member]>

    /// Orders pools; each belongs to one order, the last that it was given.
    package init(_ clients: [PostgresClient]) {
        members = Mutex(clients.map { Member(client: $0) })
        for client in clients { client.state.withLock { $0.order = self } }
    }

    /// Makes room for a pool that was refused a connection.
    func isShort(_ client: PostgresClient) {
        let clients = members.withLock { $0.map(\.client) }
        guard let rank = clients.firstIndex(where: { $0 === client }) else { return }
        let behind = clients[(rank + 1)...].compactMap { $0 }
        let end = ContinuousClock.now + Self.hold
        for other in behind { other.state.withLock { $0.plan.hold(until: end) } }
        var given = clients.compactMap { $0 }.map { $0.pauseListening(for: Self.listeningPause) }.reduce(0, +)
        given += behind.map { $0.giveBackIdle() }.reduce(0, +)
        guard given == 0 else { return }
        // The first of all keeps its own; what stands between gives back what it does not use just now.
        for other in clients.dropFirst().prefix(max(0, rank - 1)).reversed() where given == 0 { given += other?.giveBackIdle() ?? 0 }
        guard given == 0 else { return }
        for other in behind.reversed() where other.state.withLock({ $0.plan.owe() }) { return }
    }
}

extension PostgresClient {
    fileprivate func giveBackIdle() -> Int {
        let effects = state.withLock { $0.plan.giveBackIdle() }
        apply(effects)
        return effects.closed.count
    }
}

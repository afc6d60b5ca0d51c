public import Logging
import Synchronization

/// Commands on one shared connection, and subscriptions on connections of their own.
///
/// Nothing is connected before the first use. While the server is away the client tries to reach it in the background, after 50 ms at first and
/// 5 s at most, and everything that is asked of it fails at once. Commands that were not answered are never sent again: the caller decides.
/// ``shutdown()`` ends it; until then its connections stay open.
public final class RedisClient: Sendable {
    /// The most bytes of commands that may wait for the server at once; beyond it ``RedisError/Code/busy`` is thrown.
    public static let waitingLimit = 8 << 20

    let configuration: RedisConfiguration
    let logger: Logger
    let state = Mutex(State())

    /// Makes a client; connects to nothing yet.
    public init(_ configuration: RedisConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Publishes payloads of any bytes on a channel, in order and in one round trip.
    ///
    /// Returns how many subscribers were reached, summed over the payloads. Throws `connectFailed` at once while the server is away, `busy` when
    /// more than ``waitingLimit`` bytes would wait, and `connectionLost` when some payloads may have been published and others not.
    @discardableResult
    public func publish(channel: String, payloads: [[UInt8]]) async throws -> Int {
        guard !payloads.isEmpty else { return 0 }
        let name = Array("PUBLISH".utf8)
        let channel = Array(channel.utf8)
        let replies = try await pipeline(payloads.map { [name, channel, $0] })
        return try replies.reduce(0) { sum, reply in
            switch reply {
            case .integer(let reached): sum + Int(reached)
            case .error(let text): throw RedisError(serverText: text)
            default: sum
            }
        }
    }

    /// Sends one command, the name first, and returns the answer; throws `server` when the server refuses it.
    ///
    /// The connection is shared: what changes its state, such as `MULTI`, `SUBSCRIBE`, `SELECT` or a blocking command, does not belong here.
    public func command(_ arguments: [[UInt8]]) async throws -> RedisReply {
        let replies = try await pipeline([arguments])
        if case .error(let text) = replies[0] { throw RedisError(serverText: text) }
        return replies[0]
    }

    /// Closes every connection, ends every subscription and frees their threads.
    ///
    /// Later calls throw `clientClosed`. Calling it again does no harm.
    public func shutdown() async {
        let (link, activities) = state.withLock { state in
            defer {
                state.link = .closed
                state.activities = [:]
            }
            return (state.link, Array(state.activities.values))
        }
        for activity in activities { activity.cancel() }
        switch link {
        case .open(let connection, _): await connection.close()
        case .opening(let attempt): attempt.cancel()
        case .unopened, .away, .closed: break
        }
        for activity in activities { await activity.value }
    }

    private func pipeline(_ commands: [[[UInt8]]]) async throws -> [RedisReply] {
        // The sum of the lengths, and what the client keeps for each argument.
        let size = commands.reduce(0) { $0 + $1.reduce(64) { $0 + $1.count + 32 } }
        let isAccepted = state.withLock { state in
            guard state.waiting + size <= Self.waitingLimit else { return false }
            state.waiting += size
            return true
        }
        guard isAccepted else {
            throw RedisError(code: .busy, message: "more than \(Self.waitingLimit) bytes wait for Redis; send less at once, or later")
        }
        defer { state.withLock { $0.waiting -= size } }
        return try await connection().pipeline(commands)
    }
}

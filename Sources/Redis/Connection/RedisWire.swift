import CHiredis
import Glibc

/// The hiredis connection: sends, waits with a deadline, parses.
///
/// Not Sendable: it lives on its connection's thread. The socket does not block, so every wait is a `poll` with a deadline, even while sending to a server that has stopped reading.
final class RedisWire {
    /// The most bytes of one answer, or of answers that nobody has taken yet.
    static let replyLimit = 8 << 20

    private let context: UnsafeMutablePointer<redisContext>
    /// The last moment for the server to answer.
    var deadline: ContinuousClock.Instant

    /// Takes over a connected context.
    init(_ context: UnsafeMutablePointer<redisContext>, deadline: ContinuousClock.Instant) throws {
        self.context = context
        self.deadline = deadline
        let descriptor = context.pointee.fd
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
            throw RedisError(code: .connectFailed, message: "the socket cannot be made non-blocking: \(String(cString: strerror(errno)))")
        }
        // From here on hiredis takes EAGAIN for "later", not for an error.
        context.pointee.flags &= ~REDIS_BLOCK
    }

    deinit {
        redisFree(context)
    }

    var descriptor: Int32 { context.pointee.fd }

    /// Sends commands, and takes in what the server answers meanwhile, so that the two never wait for each other.
    func send(_ commands: [[[UInt8]]]) throws {
        let bytes = CommandFormat.bytes(commands)
        let accepted = bytes.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { redisAppendFormattedCommand(context, $0.baseAddress, $0.count) }
        }
        guard accepted == REDIS_OK else { throw lost() }
        var isDone: Int32 = 0
        while true {
            guard redisBufferWrite(context, &isDone) == REDIS_OK else { throw lost() }
            if isDone == 1 { return }
            if try wait(for: POLLIN | POLLOUT) & POLLIN != 0 { try receive() }
        }
    }

    /// The next answer; waits for it until the deadline.
    func nextReply() throws -> RedisReply {
        while true {
            if let reply = try arrivedReply() { return reply }
            _ = try wait(for: POLLIN)
            try receive()
        }
    }

    /// The next answer that is here in full; nil when there is none.
    ///
    /// Reads nothing from the socket.
    func arrivedReply() throws -> RedisReply? {
        var reply: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(context, &reply) == REDIS_OK else {
            throw RedisError(code: .protocolViolation, message: "the server does not speak Redis's protocol; check host and port")
        }
        guard let reply else { return nil }
        defer { freeReplyObject(reply) }
        return RedisReply(reply.assumingMemoryBound(to: redisReply.self).pointee)
    }

    /// Reads once what has arrived; throws at the connection's end.
    func receive() throws {
        guard redisBufferRead(context) == REDIS_OK else { throw lost() }
        guard let reader = context.pointee.reader, reader.pointee.len - reader.pointee.pos <= Self.replyLimit else {
            throw RedisError(code: .protocolViolation, message: "the server's answer is larger than \(Self.replyLimit) bytes")
        }
    }

    /// Returns what is ready.
    private func wait(for events: Int32) throws -> Int32 {
        var ready = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let left = deadline - .now
            guard left > .zero else {
                throw RedisError(
                    code: .connectionLost, message: "the server did not answer in time; whether the command took effect is unknown")
            }
            let count = poll(&ready, 1, Int32(clamping: Int64(left / .milliseconds(1)) + 1))
            if count > 0 {
                // A broken socket is readable: reading tells what is wrong.
                return ready.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 ? POLLIN : Int32(ready.revents)
            }
            if count < 0, errno != EINTR { throw lost() }
        }
    }

    private func lost() -> RedisError {
        RedisError(code: .connectionLost, message: "the connection to the server broke; whether the command took effect is unknown")
    }
}

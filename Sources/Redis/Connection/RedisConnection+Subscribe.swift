extension RedisConnection {
    /// Subscribes to channels and returns once the server has confirmed every one.
    ///
    /// `handler` runs on the connection's thread for each message.
    func subscribe(_ channels: [String], _ handler: @escaping @Sendable (_ channel: String, _ payload: [UInt8]) -> Void) throws {
        onMessage = handler
        try exchange { wire in
            try wire.send([(["SUBSCRIBE"] + channels).map { Array($0.utf8) }])
            var confirmed = 0
            while confirmed < channels.count {
                if try take(wire.nextReply()) == .subscribed { confirmed += 1 }
            }
        }
    }

    /// Asks the server of a subscription whether it is there; throws, and ends the connection, when it does not answer in time.
    func probe() throws {
        try exchange { wire in
            try wire.send([[Array("PING".utf8)]])
            while try take(wire.nextReply()) != .pong {}
        }
    }

    /// Passes a message on and says what kind of answer it was.
    @discardableResult
    func take(_ reply: RedisReply) throws -> Push {
        if case .error(let text) = reply { throw RedisError(serverText: text) }
        guard let onMessage, let push = Push(reply) else {
            throw RedisError(code: .protocolViolation, message: "the server said something that nobody asked for")
        }
        if case .message(let channel, let payload) = push { onMessage(channel, payload) }
        return push
    }
}

/// What a server sends on a connection that is subscribed.
enum Push: Equatable {
    case subscribed, pong
    case message(channel: String, payload: [UInt8])

    init?(_ reply: RedisReply) {
        guard case .array(let parts) = reply, case .string(let kind)? = parts.first else { return nil }
        switch (String(decoding: kind, as: UTF8.self), parts.count) {
        case ("subscribe", 3): self = .subscribed
        case ("pong", _): self = .pong
        case ("message", 3):
            guard case .string(let channel) = parts[1], case .string(let payload) = parts[2] else { return nil }
            self = .message(channel: String(decoding: channel, as: UTF8.self), payload: payload)
        default: return nil
        }
    }
}

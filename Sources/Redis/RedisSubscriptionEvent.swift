/// What a subscription tells.
public enum RedisSubscriptionEvent: Sendable, Equatable {
    /// The subscription has begun, or begun anew: messages before this may have been missed.
    case reconnected
    /// A message arrived.
    case message(channel: String, payload: [UInt8])
}

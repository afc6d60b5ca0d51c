/// No wake-ups: everybody finds work, cancels and changes of the roll by looking, as often as is configured.
///
/// For a database behind a transaction pooler without a Redis: LISTEN would reach whichever server connection is lent for that moment.
public struct PollingAlone: WakeUpChannel {
    /// A channel that carries nothing.
    public init() {}

    /// Sends nothing.
    public func publish(_ wakeUps: [WakeUp]) async throws {}

    /// No hints, until cancelled; once an hour it says that some may have been missed, which does no harm.
    public func wakeUps() -> AsyncStream<WakeUp> {
        AsyncStream(unfolding: {
            await Signal().wait(timeout: .seconds(3600))
            return Task.isCancelled ? nil : .missed
        })
    }
}

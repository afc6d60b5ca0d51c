/// A hint that there is something to look at.
///
/// Lost ones cost a poll's delay, never a task.
public enum WakeUp: Sendable, Hashable {
    /// Tasks have become due.
    case work
    /// A running task is to be cancelled.
    case cancel(TaskID)
    /// A process joined, left or changed.
    case rollCall
    /// Hints may have been missed: look at everything once.
    case missed

    /// The form that travels: `work`, `cancel:ID`, `roll_call`.
    package var payload: String {
        switch self {
        case .work: "work"
        case .cancel(let id): "cancel:\(id)"
        case .rollCall: "roll_call"
        case .missed: "missed"
        }
    }

    /// Reads the form that travels; nil for anything else, which a later version may send.
    package init?(payload: some StringProtocol) {
        switch payload {
        case "work": self = .work
        case "roll_call": self = .rollCall
        case "missed": self = .missed
        default:
            guard payload.hasPrefix("cancel:"), let id = TaskID(String(payload.dropFirst(7))) else { return nil }
            self = .cancel(id)
        }
    }
}

/// What carries wake-ups between processes.
public protocol WakeUpChannel: Sendable {
    /// Sends hints to every process.
    ///
    /// - Throws: when they could not be sent; the caller goes on, because everybody polls.
    func publish(_ wakeUps: [WakeUp]) async throws

    /// The hints of all processes, from now on; ends when the consuming task is cancelled.
    func wakeUps() -> AsyncStream<WakeUp>

    /// Calls `handler` for each hint, until the calling task is cancelled.
    ///
    /// On whatever thread the hint arrived, so that no other has to be woken first: `handler` must not block. Reads ``wakeUps()`` unless the
    /// channel does better.
    func listen(_ handler: @escaping @Sendable (WakeUp) -> Void) async
}

extension WakeUpChannel {
    /// Reads ``wakeUps()``.
    public func listen(_ handler: @escaping @Sendable (WakeUp) -> Void) async {
        for await hint in wakeUps() { handler(hint) }
    }
}

/// Something outside that a handler needs is not there just now: a server that does not answer, a proxy that answers for it.
///
/// Thrown by ``Handler/prepare()`` it says that nobody can tell yet whether the handler can work. The process starts, its handler counts as ready, and
/// the roll call shows a warning (`dependency_unreachable`); it is asked again every ten seconds or so. Any other error is a refusal:
/// `handler_not_ready`.
///
/// Thrown by ``Handler/run(_:in:)`` it costs the task nothing: it waits, the reason is shown while it does, and the process asks the handlers
/// again whether they can work.
public struct DependencyUnavailable: Error, CustomStringConvertible {
    /// What is not there, in one sentence; shown to people and logged, so without secrets.
    public let description: String
    /// How long a task waits before it is tried again.
    public let wait: Duration

    /// An error that says that something is away.
    public init(_ description: String, wait: Duration = .seconds(10)) {
        self.description = description
        self.wait = wait
    }
}

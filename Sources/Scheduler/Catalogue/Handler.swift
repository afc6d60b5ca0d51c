/// Code that performs one action.
///
/// A handler is idempotent: it can be killed after any of its calls and run again, and the end is the same. A thrown error is a retry,
/// unless it is a ``FinalError``. Cancellation, the deadline and a lost claim arrive as cancellation of the Swift task.
public protocol Handler<HandledAction>: Sendable {
    /// The action that it performs.
    associatedtype HandledAction: Action

    /// Checks that the handler can work: dependencies, credentials. Called at start and again while the process runs: about once a minute,
    /// every ten seconds while it failed, and soon after an attempt threw ``DependencyUnavailable``; each time with a timeout.
    ///
    /// - Throws: ``DependencyUnavailable`` when it cannot be told, because something does not answer: a warning, nothing is held up. Any other
    ///   error's description says what is missing; the process then reports ``RollCall`` finding `handler_not_ready`.
    func prepare() async throws

    /// Performs one attempt.
    func run(_ params: HandledAction.Params, in context: HandlerContext) async throws -> Outcome
}

extension Handler {
    /// Nothing to prepare.
    public func prepare() async throws {}
}

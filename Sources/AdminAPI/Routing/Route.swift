import Hummingbird
import Scheduler

/// One row of the route table: a method, a path, who may use it and what it does.
struct Route: Sendable {
    /// How long a request may take.
    enum TimeLimit: Sendable {
        /// As long as any request.
        case normal
        /// The route has a bound of its own.
        case own
    }

    let method: HTTPRequest.Method
    let pattern: PathPattern
    /// The least role; nil lets everybody in.
    let role: Role?
    let timeLimit: TimeLimit
    let run: @Sendable (Call) async throws -> Reply

    init(
        _ method: HTTPRequest.Method, _ path: String, role: Role?, timeLimit: TimeLimit = .normal,
        run: @escaping @Sendable (Call) async throws -> Reply
    ) {
        self.method = method
        pattern = PathPattern(path)
        self.role = role
        self.timeLimit = timeLimit
        self.run = run
    }
}

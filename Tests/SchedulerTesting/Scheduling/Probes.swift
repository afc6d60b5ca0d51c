public import Scheduler
import Synchronization

/// Actions for tests: what a task does is said by its params.
public enum Probes {
    /// The probe and its variants.
    public static let actions: [ActionDefinition] = [
        ActionDefinition(Probe.self), ActionDefinition(OtherProbe.self), ActionDefinition(UniqueProbe.self),
        ActionDefinition(HastyProbe.self),
    ]
}

/// What a probe's task does.
public struct ProbeParams: Codable, Sendable, Hashable {
    /// A name under which the test finds the attempt.
    public var name: String?
    /// `complete` (default), `fail`, `throw`, `throw_final`, `retry`, `snooze`, `hang`, `hang_deaf`, `key`.
    public var behave: String?
    /// Milliseconds, for `retry` and `snooze`.
    public var wait: Int?
    /// How many attempts behave so before one completes; nil means all.
    public var times: Int?
    /// The exclusive key for `key`.
    public var key: String?

    /// Describes a probe.
    public init(name: String? = nil, behave: String? = nil, wait: Int? = nil, times: Int? = nil, key: String? = nil) {
        self.name = name
        self.behave = behave
        self.wait = wait
        self.times = times
        self.key = key
    }
}

/// The ordinary probe: three attempts with short waits.
public enum Probe: Action {
    /// What its tasks carry.
    public typealias Params = ProbeParams
    /// `probe`.
    public static let name: ActionName = "probe"
    /// For people.
    public static let summary = "Does what its params say"
    /// Three attempts, 20 ms apart.
    public static let defaults = ActionDefaults(retry: RetryPolicy(maxAttempts: 3, initial: .milliseconds(20), factor: 1, jitter: 0))
}

/// A second action that behaves alike.
public enum OtherProbe: Action {
    /// What its tasks carry.
    public typealias Params = ProbeParams
    /// `other_probe`.
    public static let name: ActionName = "other_probe"
    /// For people.
    public static let summary = "Does what its params say, too"
    /// As the probe's.
    public static let defaults = Probe.defaults
}

/// A probe of which one unfinished task a resource may exist.
public enum UniqueProbe: Action {
    /// What its tasks carry.
    public typealias Params = ProbeParams
    /// `unique_probe`.
    public static let name: ActionName = "unique_probe"
    /// For people.
    public static let summary = "Does what its params say, once a resource"
    /// Unique by resource.
    public static let defaults = ActionDefaults(retry: Probe.defaults.retry, uniqueByResource: true)
}

/// A probe whose attempts may take 200 ms.
public enum HastyProbe: Action {
    /// What its tasks carry.
    public typealias Params = ProbeParams
    /// `hasty_probe`.
    public static let name: ActionName = "hasty_probe"
    /// For people.
    public static let summary = "Does what its params say, quickly"
    /// A deadline of 200 ms.
    public static let defaults = ActionDefaults(retry: Probe.defaults.retry, deadline: .milliseconds(200))
}

/// A gate that handlers wait at and a test opens, and a ledger of what they did.
public final class ProbeLedger: Sendable {
    private struct State {
        var started: [String: Int] = [:]
        var completed: [String: Int] = [:]
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// A closed gate and an empty ledger.
    public init() {}

    /// Attempts begun, by the name in the params.
    public var started: [String: Int] { state.withLock { $0.started } }

    /// Attempts that completed, by name.
    public var completed: [String: Int] { state.withLock { $0.completed } }

    /// Lets everybody who waits at the gate, and all who come, pass.
    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    func start(_ name: String) { state.withLock { $0.started[name, default: 0] += 1 } }

    func complete(_ name: String) { state.withLock { $0.completed[name, default: 0] += 1 } }

    /// Waits until the ledger is opened, whoever is cancelled.
    public func waitDeaf() async {
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if passes { continuation.resume() }
        }
    }
}

/// An error that a probe throws.
public struct ProbeError: Error, CustomStringConvertible {
    /// The same in every probe.
    public let description = "the probe failed as it was told to"
}

/// The handler of every probe action.
public struct ProbeHandler<A: Action>: Handler where A.Params == ProbeParams {
    /// The action that it performs.
    public typealias HandledAction = A

    private let ledger: ProbeLedger
    private let problem: (@Sendable () -> String?)?

    /// A handler that writes into a ledger.
    ///
    /// - Parameter problem: why `prepare` fails, if it does
    public init(_ action: A.Type = A.self, ledger: ProbeLedger, problem: (@Sendable () -> String?)? = nil) {
        self.ledger = ledger
        self.problem = problem
    }

    /// Fails with the problem, if there is one.
    public func prepare() async throws {
        if let problem = problem?() { throw FinalError(problem) }
    }

    /// Does what the params say.
    public func run(_ params: ProbeParams, in context: HandlerContext) async throws -> Outcome {
        let name = params.name ?? "\(context.taskID)"
        ledger.start(name)
        if let times = params.times, context.attempt > times { return try done(name, context) }
        switch params.behave ?? "complete" {
        case "fail": return .failed(error: "told to fail")
        case "throw": throw ProbeError()
        case "throw_final": throw FinalError("told to fail for good")
        case "retry": return .retry(after: params.wait.map { .milliseconds($0) }, error: "told to retry")
        case "snooze":
            if context.checkpoint(as: Bool.self) == true { return try done(name, context) }
            try await context.save(checkpoint: true)
            return .snoozed(for: .milliseconds(params.wait ?? 10), reason: "told to")
        case "hang":
            try await ContinuousClock().sleep(for: .seconds(600))
            return .complete(nil)
        case "gate", "hang_deaf":
            await ledger.waitDeaf()
            return try done(name, context)
        case "key":
            guard try await context.acquire(params.key ?? "key") else {
                return .snoozed(for: .milliseconds(params.wait ?? 10), reason: "the key is held")
            }
            await ledger.waitDeaf()
            return try done(name, context)
        default: return try done(name, context)
        }
    }

    private func done(_ name: String, _ context: HandlerContext) throws -> Outcome {
        ledger.complete(name)
        return try .complete(["attempt": context.attempt])
    }
}

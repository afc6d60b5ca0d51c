public import Scheduler

/// What a fault task does; its label is also its `resource_id` and its idempotency key.
public struct FaultParams: Codable, Sendable, Hashable {
    /// What an attempt does between its start and its end.
    public enum Behaviour: String, Codable, Sendable {
        /// Works, has its effect in the middle, completes.
        case plain
        /// As plain, but does not hear when it is told to stop.
        case deaf
        /// Throws in its first two attempts, then works.
        case throwing
        /// Never ends by itself.
        case hanging
        /// Returns 64 KiB and one byte.
        case oversized
        /// Kills its own process.
        case poison
        /// Snoozes twice, then works.
        case snoozing
        /// Ten steps, with a checkpoint after each.
        case stepping
    }

    /// The task's name in the ledger.
    public var label: String
    /// What its attempts do.
    public var behaviour: Behaviour
    /// How long an attempt works, in milliseconds.
    public var work: Int

    /// Describes a task.
    public init(label: String, behaviour: Behaviour = .plain, work: Int = 20) {
        self.label = label
        self.behaviour = behaviour
        self.work = work
    }
}

/// An action whose tasks write into the ledger.
public protocol FaultAction: Action where Params == FaultParams {}

extension FaultAction {
    /// For people.
    public static var summary: String { "Writes what it does into a ledger" }
    /// Short waits between failures.
    public static var defaults: ActionDefaults {
        ActionDefaults(retry: RetryPolicy(maxAttempts: 4, initial: .milliseconds(50), factor: 2, jitter: 0))
    }
    /// A task is about its label.
    public static func resourceID(of params: FaultParams) -> String? { params.label }
}

/// What most tasks are.
public enum Steady: FaultAction {
    /// `steady`.
    public static let name: ActionName = "steady"
}

/// Tasks that only the first worker may run, and may take half a second.
public enum Hasty: FaultAction {
    /// `hasty`.
    public static let name: ActionName = "hasty"
    /// A deadline of half a second and two attempts.
    public static var defaults: ActionDefaults {
        ActionDefaults(retry: RetryPolicy(maxAttempts: 2, initial: .milliseconds(50), factor: 1, jitter: 0), deadline: .milliseconds(500))
    }
}

/// An action that an old build has and a new one has not.
public enum Departing: FaultAction {
    /// `departing`.
    public static let name: ActionName = "departing"
}

/// An action that a new build has and an old one has not.
public enum Arriving: FaultAction {
    /// `arriving`.
    public static let name: ActionName = "arriving"
}

/// All of them.
public enum FaultCatalogue {
    /// By name.
    public static let actions: [any FaultAction.Type] = [Steady.self, Hasty.self, Departing.self, Arriving.self]

    /// Their names.
    public static var names: [String] { actions.map { $0.name.rawValue } }

    /// The definitions of those that are named; of all without a list.
    public static func definitions(_ names: [String]? = nil) -> [ActionDefinition] {
        actions.filter { names?.contains($0.name.rawValue) ?? true }.map { definition($0) }
    }

    private static func definition<A: FaultAction>(_ action: A.Type) -> ActionDefinition { ActionDefinition(action) }
}

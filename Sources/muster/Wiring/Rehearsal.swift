import Scheduler

/// What this process is to leave out of its build, so that it answers the roll call as another build would.
///
/// The default leaves out nothing.
struct Rehearsal: Sendable, Hashable {
    /// Actions that it knows but says that it has no handler for.
    var withoutHandlers: Set<ActionName> = []
    /// Actions that it knows nothing of, as a build from before they existed.
    var withoutActions: Set<ActionName> = []

    /// Whether the build is taken as it is.
    var isNone: Bool { withoutHandlers.isEmpty && withoutActions.isEmpty }

    /// The actions as text, sorted, for a log line.
    var names: String { withoutHandlers.union(withoutActions).sorted().map(\.rawValue).joined(separator: " ") }

    /// The definitions that are left.
    func left(of actions: [ActionDefinition]) -> [ActionDefinition] { actions.filter { !withoutActions.contains($0.name) } }

    /// Takes the handlers out.
    func apply(to registry: inout HandlerRegistry) {
        for action in withoutHandlers.union(withoutActions) { registry.remove(action) }
    }
}

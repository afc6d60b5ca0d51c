/// An action that this process may run: its number in the store, its handler, its defaults.
///
/// Made once for each manifest, and shared by all attempts.
final class RunnableAction: Sendable {
    let number: Int16
    let name: ActionName
    let defaults: ActionDefaults
    let submits: [ActionName]
    let run: @Sendable (JSONBytes, HandlerContext) async throws -> Outcome

    init(number: Int16, definition: ActionDefinition, entry: HandlerRegistry.Entry) {
        self.number = number
        name = definition.name
        defaults = definition.defaults
        submits = definition.submits
        run = entry.run
    }
}

/// What this process may claim: the actions that are routed to it and whose handlers are registered and ready (I2).
struct ClaimScope: Sendable {
    /// The numbers of the actions, sorted.
    let actions: [Int16]
    private let runnable: [Int16: RunnableAction]

    /// The scope of a process with this manifest.
    init(manifest: [HandlerRecord], instance: String, scheduler: TaskScheduler, handlers: HandlerRegistry, numbers: [ActionName: Int16]) {
        var runnable: [Int16: RunnableAction] = [:]
        for record in manifest where record.ready {
            guard let number = numbers[record.action], let entry = handlers.entries[record.action],
                let definition = scheduler.catalogue[record.action], scheduler.topology.route(of: definition).contains(instance)
            else { continue }
            runnable[number] = RunnableAction(number: number, definition: definition, entry: entry)
        }
        self.runnable = runnable
        actions = runnable.keys.sorted()
    }

    subscript(number: Int16) -> RunnableAction? { runnable[number] }
}

/// The handlers of one process, by action.
public struct HandlerRegistry: Sendable {
    /// A handler with its types erased, as the worker calls it.
    struct Entry: Sendable {
        let action: ActionName
        let schemaDigest: String
        let prepare: @Sendable () async throws -> Void
        let run: @Sendable (JSONBytes, HandlerContext) async throws -> Outcome
    }

    private(set) var entries: [ActionName: Entry] = [:]

    /// An empty registry: a process that only submits.
    public init() {}

    /// Adds a handler.
    ///
    /// - Throws: ``SchedulerError`` with code `configuration` when the action already has one.
    public mutating func register<H: Handler>(_ handler: H) throws {
        let action = H.HandledAction.self
        let definition = ActionDefinition(action)
        let entry = Entry(
            action: action.name, schemaDigest: definition.schemaDigest,
            prepare: { try await handler.prepare() },
            run: { params, context in
                let decoded: H.HandledAction.Params
                do {
                    decoded = try InvalidParams.explaining { try H.HandledAction.decode(params) }
                } catch {
                    throw UndecodableParams(reason: "\(error)")
                }
                return try await Submitting.$action.withValue(definition) { try await handler.run(decoded, in: context) }
            })
        guard entries.updateValue(entry, forKey: action.name) == nil else {
            throw SchedulerError(.configuration, "The action '\(action.name)' has two handlers in this process; register one.")
        }
    }

    /// Takes the handler of an action out, so that the process answers the roll call without it; does nothing when there is none.
    public mutating func remove(_ action: ActionName) { entries[action] = nil }

    /// The actions that have a handler here, sorted.
    public var actions: [ActionName] { entries.keys.sorted() }

    /// The schema digest of each handler's params.
    public var schemaDigests: [ActionName: String] { entries.mapValues(\.schemaDigest) }
}

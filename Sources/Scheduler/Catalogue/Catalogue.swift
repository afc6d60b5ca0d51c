/// The set of actions that exist, each with its defaults; the same in every process of one release.
public struct Catalogue: Sendable {
    private let definitions: [ActionName: ActionDefinition]

    /// A catalogue of these actions.
    ///
    /// - Throws: ``SchedulerError`` with code `configuration` when a name is invalid or stands twice, or an action decodes its
    ///   params in a way of its own and declares no ``Action/furtherKeys``.
    public init(_ actions: [ActionDefinition]) throws {
        var definitions: [ActionName: ActionDefinition] = [:]
        for action in actions {
            guard action.name.isValid else {
                throw SchedulerError(
                    .configuration, "The action name '\(action.name)' is not allowed: use lower-case letters, digits, '_', '.', '-'.")
            }
            guard !action.concealsKeys() else { throw UnknownKeys.undeclared(by: action.name) }
            guard definitions.updateValue(action, forKey: action.name) == nil else {
                throw SchedulerError(.configuration, "The action '\(action.name)' is in the catalogue twice.")
            }
        }
        self.definitions = definitions
    }

    /// All actions, by name.
    public var actions: [ActionDefinition] { definitions.values.sorted { $0.name < $1.name } }

    /// The names of all actions, sorted.
    public var names: [ActionName] { definitions.keys.sorted() }

    /// The action of this name, if it exists.
    public subscript(name: ActionName) -> ActionDefinition? { definitions[name] }
}

/// Which action's handler is running, so that what it submits can be compared with what its action declares.
enum Submitting {
    /// Set around each attempt; nil outside.
    @TaskLocal static var action: ActionDefinition?

    /// The actions of these that the running handler's action does not declare.
    static func undeclared(among actions: some Sequence<ActionName>) -> (by: ActionName, actions: [ActionName])? {
        guard let action else { return nil }
        let undeclared = actions.filter { !action.submits.contains($0) && !action.maySubmit.contains($0) && $0 != action.name }
        return undeclared.isEmpty ? nil : (action.name, undeclared.sorted())
    }
}

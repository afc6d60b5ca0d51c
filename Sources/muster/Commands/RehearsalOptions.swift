import ArgumentParser
import HomeserverTasks
import Scheduler

/// `--without-handler` and `--without-action`.
struct RehearsalOptions: ParsableArguments {
    @Option(
        name: .customLong("without-handler"), parsing: .singleValue,
        help: ArgumentHelp(
            "Say that there is no handler for this action, to rehearse what a build without it does to the roll call. Repeat it.",
            valueName: "action"))
    var withoutHandlers: [String] = []

    @Option(
        name: .customLong("without-action"), parsing: .singleValue,
        help: ArgumentHelp(
            """
            Know neither this action nor its handler, as an older build would, to rehearse what a build without it does to the roll call. \
            Repeat it.
            """, valueName: "action"))
    var withoutActions: [String] = []

    func validate() throws {
        let known = HomeserverCatalogue.actions.map(\.name.rawValue)
        for name in withoutHandlers + withoutActions where !known.contains(name) {
            throw ValidationError(
                "This build has no action '\(InertText.make(name))' to leave out; it has \(known.joined(separator: ", ")).")
        }
    }

    /// The same as a value.
    var rehearsal: Rehearsal {
        Rehearsal(
            withoutHandlers: Set(withoutHandlers.map { ActionName(rawValue: $0) }),
            withoutActions: Set(withoutActions.map { ActionName(rawValue: $0) }))
    }
}

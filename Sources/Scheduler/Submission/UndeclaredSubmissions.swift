import Synchronization

/// Notices handlers that submit what their action does not declare, so that the roll call cannot know of it.
///
/// It is told, once for each pair, and not refused: the handler may have done so for years.
final class UndeclaredSubmissions: Sendable {
    private let told = Mutex<Set<[ActionName]>>([])

    func look(_ actions: some Sequence<ActionName>, _ events: any EventSink) {
        guard let found = Submitting.undeclared(among: actions) else { return }
        for action in found.actions where told.withLock({ $0.insert([found.by, action]).inserted }) {
            events.record(.undeclaredSubmission(action: found.by, submits: action))
        }
    }
}

public import Scheduler

/// Every homeserver action, as the catalogue wants them.
public enum HomeserverCatalogue {
    /// The actions, by name.
    public static let actions: [ActionDefinition] = [
        ActionDefinition(PurgeHistory.self),
        ActionDefinition(RedactAllEvents.self),
        ActionDefinition(ShutdownAndPurgeRoom.self),
    ]
}

public import Scheduler

/// Every homeserver action, as the catalogue wants them.
public enum HomeserverCatalogue {
    /// The actions, by name.
    public static let actions: [ActionDefinition] = [
        ActionDefinition(DeactivateUser.self),
        ActionDefinition(DeleteRooms.self),
        ActionDefinition(DeleteUserMedia.self),
        ActionDefinition(PurgeHistory.self),
        ActionDefinition(PurgeHistoryAllRooms.self),
        ActionDefinition(PurgeMediaCache.self),
        ActionDefinition(QuarantineUserMedia.self),
        ActionDefinition(RedactAllEvents.self),
        ActionDefinition(RedactAndDeactivateUser.self),
        ActionDefinition(RedactUsers.self),
        ActionDefinition(RestoreRateLimit.self),
        ActionDefinition(ShutdownAndPurgeRoom.self),
    ]
}

public import AsyncHTTPClient
public import HomeserverClient
public import Scheduler

/// The handlers that work on a homeserver.
public enum HomeserverHandlers {
    /// Adds a handler for every homeserver action.
    ///
    /// - Parameters:
    ///   - registry: where they go
    ///   - configuration: which homeserver
    ///   - httpClient: shared by all; its owner shuts it down
    ///   - desk: the scheduler, for handlers that submit tasks; nil where the handlers never run, as for a manifest
    ///   - settings: sizes and waits
    /// - Throws: ``SchedulerError`` with code `configuration` when an action has a handler already.
    public static func register(
        into registry: inout HandlerRegistry, configuration: HomeserverConfiguration, httpClient: HTTPClient,
        desk: (any TaskDesk)? = nil, settings: HandlerSettings = HandlerSettings()
    ) throws {
        let client = HomeserverClient(configuration, httpClient: httpClient)
        try registry.register(RedactAllEventsHandler(client: client, desk: desk, settings: settings))
        try registry.register(RestoreRateLimitHandler(client: client, desk: desk, settings: settings))
        try registry.register(PurgeHistoryHandler(client: client, desk: desk, settings: settings))
        try registry.register(ShutdownAndPurgeRoomHandler(client: client, desk: desk, settings: settings))
        try registry.register(PurgeHistoryAllRoomsHandler(client: client, desk: desk, settings: settings))
        try registry.register(DeleteRoomsHandler(client: client, desk: desk, settings: settings))
        try registry.register(RedactUsersHandler(client: client, desk: desk, settings: settings))
        try registry.register(RedactAndDeactivateUserHandler(client: client, desk: desk, settings: settings))
        try registry.register(DeactivateUserHandler(client: client, desk: desk, settings: settings))
        try registry.register(DeleteUserMediaHandler(client: client, settings: settings))
        try registry.register(QuarantineUserMediaHandler(client: client, settings: settings))
        try registry.register(PurgeMediaCacheHandler(client: client, settings: settings))
    }
}

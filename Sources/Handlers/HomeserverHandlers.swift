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
    ///   - settings: sizes and waits
    /// - Throws: ``SchedulerError`` with code `configuration` when an action has a handler already.
    public static func register(
        into registry: inout HandlerRegistry, configuration: HomeserverConfiguration, httpClient: HTTPClient,
        settings: HandlerSettings = HandlerSettings()
    ) throws {
        let client = HomeserverClient(configuration, httpClient: httpClient)
        try registry.register(RedactAllEventsHandler(client: client, settings: settings))
        try registry.register(PurgeHistoryHandler(client: client, settings: settings))
        try registry.register(ShutdownAndPurgeRoomHandler(client: client, settings: settings))
    }
}

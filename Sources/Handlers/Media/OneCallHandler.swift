public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Has the homeserver do something to media in one call that tells how many files it was.
///
/// The homeserver goes on when the call is cut; a repeated one finds what is left, and does no harm.
public struct OneCallHandler<HandledAction: Action>: Handler {
    private let client: HomeserverClient
    private let settings: HandlerSettings
    private let call: @Sendable (HomeserverClient, HandledAction.Params) async throws -> Int
    private let result: @Sendable (Int) throws -> JSONBytes

    private init(
        _ client: HomeserverClient, _ settings: HandlerSettings,
        call: @Sendable @escaping (HomeserverClient, HandledAction.Params) async throws -> Int,
        result: @Sendable @escaping (Int) throws -> JSONBytes
    ) {
        self.client = client
        self.settings = settings
        self.call = call
        self.result = result
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.prepare() }

    /// Calls until it succeeds or the bounds are reached.
    public func run(_ params: HandledAction.Params, in context: HandlerContext) async throws -> Outcome {
        do {
            let count = try await settings.retrying { _ in try await call(client, params) }
            await context.report(TaskProgress(done: Int64(count), total: Int64(count)))
            return .complete(try result(count))
        } catch let error as HomeserverError {
            return try await .judged(error, client, settings)
        }
    }
}

/// Quarantines a user's media.
public typealias QuarantineUserMediaHandler = OneCallHandler<QuarantineUserMedia>

extension OneCallHandler where HandledAction == QuarantineUserMedia {
    /// A handler that works on one homeserver.
    public init(client: HomeserverClient, settings: HandlerSettings = HandlerSettings()) {
        self.init(client, settings) {
            // Of a user whom the homeserver does not know nothing would be quarantined, as if there were nothing.
            _ = try await $0.mediaCount(of: $1.userID)
            return try await $0.quarantineMedia(of: $1.userID)
        } result: {
            try JSONBytes(encoding: QuarantineUserMedia.Result(quarantined: $0))
        }
    }
}

/// Purges the cache of other servers' media.
public typealias PurgeMediaCacheHandler = OneCallHandler<PurgeMediaCache>

extension OneCallHandler where HandledAction == PurgeMediaCache {
    /// A handler that works on one homeserver.
    public init(client: HomeserverClient, settings: HandlerSettings = HandlerSettings()) {
        self.init(client, settings) {
            try await $0.purgeMediaCache(before: $1.beforeTs)
        } result: {
            try JSONBytes(encoding: PurgeMediaCache.Result(deleted: $0))
        }
    }
}

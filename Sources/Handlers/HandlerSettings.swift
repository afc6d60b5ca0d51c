public import Foundation
public import HomeserverClient
import HomeserverTasks
public import Scheduler

/// Sizes and waits of the homeserver handlers; the defaults suit a homeserver that serves people meanwhile.
public struct HandlerSettings: Sendable {
    /// Events read at once, 1 to 1,000.
    public var pageSize = 500
    /// Redactions of one task that are on their way at once to the homeserver's main process.
    public var redactionsAtOnce = 4
    /// The same where they go to a worker of the homeserver, which leaves its main process free for people.
    public var redactionsAtOnceToWorker = 12
    /// Rooms in which one redact works at once; one that began earlier has the first turn.
    public var roomsAtOnce = 12
    /// Events that the homeserver's own redact gets at once; above 100 it loses some at the edges of its pages.
    public var delegatedAtOnce = 90
    /// The most events of a room that are looked at for the homeserver's own redact.
    public var delegatedMost = 20_000
    /// Events that one purge of the homeserver removes, about: some three seconds of its database's work.
    public var sliceEvents = 10_000
    /// Events that are read around one to see how many there are to a depth.
    public var sampledEvents = 40
    /// The pause between two slices of a purge that does not say how long it should be.
    public var pauseBetweenSlices: Duration = .zero
    /// How long a cancelled purge waits for the slice that the homeserver is at, and before that for the answer to its beginning.
    ///
    /// A handler has ten seconds to stop, for both.
    public var waitForCancelledSlice: Duration = .seconds(4)
    /// How long a task waits that finds its rooms in use by another one.
    public var waitForRooms: Duration = .seconds(2)
    /// How long a task waits that is to put a rate limit back, before it looks again whether the limit is still needed.
    public var waitForLiftedLimit: Duration = .seconds(30)
    /// How long a task waits at least for a homeserver that is away.
    public var shortestWaitWhileAway: Duration = .seconds(5)
    /// How long at most, so that it goes on soon after the homeserver is back, however long it was away.
    public var longestWaitWhileAway: Duration = .seconds(60)
    /// Children that one task has unfinished at once.
    public var childrenAtOnce = 40
    /// Rooms that one task has deleted at once; the homeserver does five of its own tasks at once, whatever they are.
    public var deletesAtOnce = 4
    /// How long a task waits before it looks at its children again; half as long again each time that nothing has happened.
    public var waitForChildren: Duration = .seconds(1)
    /// The longest such wait.
    public var longestWaitForChildren: Duration = .seconds(15)
    /// How often a child looks whether its parent was cancelled.
    public var lookAtParent: Duration = .seconds(5)
    /// Files of a user that one call deletes.
    public var mediaAtOnce = 100
    /// Looks without any change after which the rooms of a deactivated user are left as they are.
    public var mostQuietLooks = 120
    /// The shortest pause between two looks at work of the homeserver; after that an eighth of the time since the first look, for a purge a thirty-second.
    public var pollFirst: Duration = .milliseconds(50)
    /// The longest pause between two looks.
    public var pollLongest: Duration = .seconds(1)
    /// How many looks an attempt takes at one piece of the homeserver's work, before it ends to be tried again.
    public var mostPolls = 900
    /// The time by which ages count and windows are open: the database's, whose clock is the fleet's (I6).
    public var now: @Sendable (HandlerContext) -> Date = { $0.now() }
    /// When calls are repeated.
    public var retrying = RetryingCalls()

    /// The defaults.
    public init() {}

    /// How many redactions of one task may be on their way at once.
    ///
    /// - Parameter asked: what the params say
    func redactionsAtOnce(asked: Int?, _ configuration: HomeserverConfiguration) -> Int {
        let usual = configuration.clientURL == nil ? redactionsAtOnce : redactionsAtOnceToWorker
        return min(max(asked ?? usual, 1), RedactAllEvents.mostAtOnce)
    }
}

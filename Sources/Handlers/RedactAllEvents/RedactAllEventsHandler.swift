public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Redacts what a user has sent, room by room, over the homeserver's HTTP interface.
///
/// What is done shows in the homeserver's own answers, the checkpoint says where to look, so that no event is redacted twice, whatever is
/// killed meanwhile; where transaction ids do not last, except the few whose redaction was on its way just then. Rooms that another task
/// holds come last. A last look at all rooms tells whether anything is left.
public struct RedactAllEventsHandler: Handler {
    /// `redact_all_events`.
    public typealias HandledAction = RedactAllEvents

    /// How often all rooms are looked at again.
    private static let mostLooks = 3

    private let client: HomeserverClient
    private let settings: HandlerSettings
    private let desk: (any TaskDesk)?

    /// A handler that works on one homeserver.
    ///
    /// - Parameter desk: takes the task that puts a lifted rate limit back; without it no limit is lifted
    public init(client: HomeserverClient, desk: (any TaskDesk)? = nil, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.desk = desk
        self.settings = settings
    }

    /// Checks that the homeserver answers, that the admin token is a server admin's, and that there is a way to act as a user.
    public func prepare() async throws {
        try await client.prepare(redacts: true)
    }

    /// Redacts until nothing is left, a room is held, or somebody cancels the task or the one that submitted it.
    public func run(_ params: RedactAllEvents.Params, in context: HandlerContext) async throws -> Outcome {
        do {
            guard let desk, let parent = params.parentTaskID.flatMap({ TaskID($0) }) else { return try await redact(params, context, nil) }
            let watch = ParentWatch(parent: parent, desk: desk, every: settings.lookAtParent)
            return try await watch.run { try await redact(params, context, watch) }
        } catch let error as HomeserverError {
            guard error.isTransient || error.isTokenRefused, !Task.isCancelled else { throw error }
            return try await .passing(error, client, settings)
        }
    }

    private func redact(_ params: RedactAllEvents.Params, _ context: HandlerContext, _ watch: ParentWatch?) async throws -> Outcome {
        let ledger = RedactLedger(context)
        let client = client
        let adminID = try await settings.retrying { _ in try await client.whoami(as: .admin).userID }
        let user = try await RedactedUser.look(up: params.userID, adminID: adminID, client, settings)
        if params.dryRun {
            let dryRun = RedactDryRun(params: params, client: client, settings: settings, context: context, user: user)
            return try await dryRun.run(try await findRooms(params))
        }
        let identity = RedactIdentity.choose(params, adminID: adminID, puppet: client.configuration.puppet)
        let acting = ActingUser(
            identity, userID: params.userID, taskID: context.taskID, client: client, retrying: settings.retrying, now: context.now)
        let lift = self.lift(identity, params, context, ledger)
        let outcome: Outcome
        var rooms: [String] = []
        do {
            rooms = try await self.rooms(params, ledger)
            let work = try await work(params, context, ledger, acting, lift, actingUserID: identity.isAdmin ? adminID : params.userID)
            outcome = try await passes(work, rooms, user)
        } catch {
            let isCancelled = if context.isCancelRequested { true } else { await watch?.isParentCancelled ?? false }
            await cleanUp(acting, lift, context)
            guard isCancelled, error is CancellationError || Task.isCancelled else {
                throw error
            }
            await ledger.settle()
            let doubts = ["The redact was cancelled before a last look."]
            let report = RedactReport(await ledger.checkpoint, rooms: rooms.count, doubts: doubts, media: user.media)
            return .cancelled(result: try JSONBytes(encoding: report))
        }
        await cleanUp(acting, lift, context)
        return outcome
    }

    /// Who redacts in the user's name is under the user's limit; an application service says for itself whether it is under one.
    private func lift(
        _ identity: RedactIdentity, _ params: RedactAllEvents.Params, _ context: HandlerContext, _ ledger: RedactLedger
    ) -> RateLimitLift? {
        guard identity == .puppet, client.configuration.liftsRateLimits, let desk else { return nil }
        return RateLimitLift(
            userID: params.userID, taskID: context.taskID, client: client, retrying: settings.retrying, ledger: ledger, desk: desk,
            now: context.now)
    }

    /// Gives back what the attempt has taken; a failure is for the log, since a token ends by itself, a limit has its keeper, and the next attempt
    /// removes the device.
    private func cleanUp(_ acting: ActingUser, _ lift: RateLimitLift?, _ context: HandlerContext) async {
        var failures: [any Error] = []
        // Also when the attempt is being cancelled; each call has its timeout.
        let restoring = Task { try await lift?.restore() }
        if case .failure(let error) = await restoring.result { failures.append(error) }
        if let failure = await acting.finish(mayHaveDevice: context.attempt > 1) { failures.append(failure) }
        for failure in failures { context.logger.warning("clean-up after a redact failed", metadata: ["error": "\(failure)"]) }
    }

    private func passes(_ work: RedactWork, _ rooms: [String], _ user: RedactedUser) async throws -> Outcome {
        while true {
            switch try await RedactPass(work: work, rooms: rooms).run() {
            case .held:
                return .snoozed(for: settings.waitForRooms, reason: "Other tasks hold the rooms that are left.")
            case .troubled(let error):
                return try await .passing(error, client, settings)
            case .done:
                let checkpoint = await work.ledger.checkpoint
                if checkpoint.isLastPass(most: Self.mostLooks) {
                    let elsewhere = try await RoomsElsewhere.look(work.params, besides: rooms, work.client, settings)
                    await work.ledger.settle()
                    let doubts = checkpoint.doubts(elsewhere, user)
                    return try .complete(RedactReport(checkpoint, rooms: rooms.count, doubts: doubts, media: user.media))
                }
                try await work.ledger.store { $0.beginNextPass() }
            }
        }
    }

    /// The rooms, ascending: those of the params, else those that the user is in or banned from, as Synapse has it, and left on request.
    private func rooms(_ params: RedactAllEvents.Params, _ ledger: RedactLedger) async throws -> [String] {
        let before = await ledger.checkpoint
        if let known = params.rooms.isEmpty ? before.rooms : Set(params.rooms).sorted() {
            await ledger.note { $0.know(known) }
            return known
        }
        let found = try await findRooms(params, marked: before.roomMarks)
        try await ledger.store { checkpoint in
            checkpoint.joinedRoomsOnly = found.joinedOnly
            // Counted when the rooms were: what is left later was in them.
            if before.roomMarks == nil, !before.roomsOmitted { checkpoint.leftRooms = found.left }
            checkpoint.keep(found.rooms)
            checkpoint.know(found.rooms)
        }
        return found.rooms
    }

    /// - Parameter marked: the rooms of an earlier attempt, in which the user may no longer be; nil when there was none, or they were too many
    private func findRooms(_ params: RedactAllEvents.Params, marked: RoomMarks? = nil) async throws -> FoundRooms {
        if !params.rooms.isEmpty { return FoundRooms(named: params.rooms) }
        let client = client
        let memberships = try await settings.retrying { _ in try await client.memberships(of: params.userID) }
        return FoundRooms(memberships, withLeft: params.includeLeftRooms, marked: marked)
    }

    private func work(
        _ params: RedactAllEvents.Params, _ context: HandlerContext, _ ledger: RedactLedger, _ acting: ActingUser, _ lift: RateLimitLift?,
        actingUserID: String
    ) async throws -> RedactWork {
        let client = client
        let version = try await settings.retrying { _ in try await client.serverVersion() }
        let memberships = try await settings.retrying { _ in try await client.memberships(of: actingUserID) }
        // An application service is not banned with the user; a token is.
        let actsInVain =
            acting.identity == .puppet ? try await settings.retrying { _ in try await client.isShadowBanned(params.userID) } : false
        return RedactWork(
            params: params, selection: RedactSelection(params), client: client, settings: settings, acting: acting,
            actingUserID: actingUserID, ledger: ledger,
            event: EventRedaction(
                client: client, acting: acting, retrying: settings.retrying, reason: params.reason, taskID: context.taskID,
                pace: Pace(
                    most: settings.redactionsAtOnce(asked: params.concurrency, client.configuration),
                    longestWait: settings.retrying.longestLimitWait
                ) { [retrying = settings.retrying] in
                    try await retrying.pause($0)
                },
                lift: lift),
            delegation: Turns(), version: SynapseVersion(version), memberships: memberships, actsInVain: actsInVain,
            context: context)
    }
}

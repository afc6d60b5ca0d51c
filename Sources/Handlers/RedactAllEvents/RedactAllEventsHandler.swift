public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Redacts what a user has sent, room by room, over the homeserver's HTTP interface.
///
/// Every event is redacted once, whatever is killed meanwhile: what is done shows in the homeserver's own answers, the checkpoint says
/// where to look. Rooms that another task holds come last. A last look at all rooms tells whether anything is left.
public struct RedactAllEventsHandler: Handler {
    /// `redact_all_events`.
    public typealias HandledAction = RedactAllEvents

    /// How often all rooms are looked at again.
    private static let mostLooks = 3

    private let client: HomeserverClient
    private let settings: HandlerSettings

    /// A handler that works on one homeserver.
    public init(client: HomeserverClient, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.settings = settings
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.requireAdmin() }

    /// Redacts until nothing is left, a room is held, or somebody cancels.
    public func run(_ params: RedactAllEvents.Params, in context: HandlerContext) async throws -> Outcome {
        let ledger = RedactLedger(context)
        let client = client
        let adminID = try await settings.retrying { _ in try await client.whoami(as: .admin).userID }
        let identity = RedactIdentity.choose(params, adminID: adminID, puppet: client.configuration.puppet)
        let acting = ActingUser(identity, userID: params.userID, taskID: context.taskID, client: client, retrying: settings.retrying)
        let outcome: Outcome
        var rooms: [String] = []
        do {
            rooms = try await self.rooms(params, ledger)
            let work = try await work(params, context, ledger, acting, actingUserID: identity == .admin ? adminID : params.userID)
            outcome = try await passes(work, rooms)
        } catch {
            // A cancelled task does not come back, so its device is of no more use.
            if let failure = await acting.finish(removingDevice: context.isCancelRequested) { log(failure, context) }
            guard context.isCancelRequested, error is CancellationError || Task.isCancelled else {
                if let error = error as? HomeserverError, case .limited = error.kind { return .passing(error, settings) }
                throw error
            }
            return .cancelled(result: try JSONBytes(encoding: RedactReport(await ledger.checkpoint, rooms: rooms.count, verified: false)))
        }
        if let failure = await acting.finish(removingDevice: outcome.isLast) { log(failure, context) }
        return outcome
    }

    private func passes(_ work: RedactWork, _ rooms: [String]) async throws -> Outcome {
        while true {
            switch try await RedactPass(work: work, rooms: rooms).run() {
            case .held:
                return .snoozed(for: settings.waitForRooms, reason: "Other tasks hold the rooms that are left.")
            case .troubled(let error):
                return .passing(error, settings)
            case .done:
                let checkpoint = await work.ledger.checkpoint
                if checkpoint.isLastPass(most: Self.mostLooks) {
                    await work.ledger.note { _ in }
                    return try .complete(RedactReport(checkpoint, rooms: rooms.count, verified: checkpoint.isVerified))
                }
                try await work.ledger.store { $0.beginNextPass() }
            }
        }
    }

    /// The rooms, ascending: those of the params, else those that the user is in or banned from, as Synapse has it.
    private func rooms(_ params: RedactAllEvents.Params, _ ledger: RedactLedger) async throws -> [String] {
        if !params.rooms.isEmpty { return Set(params.rooms).sorted() }
        let before = await ledger.checkpoint
        if let stored = before.rooms { return stored }
        let client = client
        let found = try await settings.retrying { _ in try await client.memberships(of: params.userID) }
        // Where the list could not be kept, the user may have left rooms since the first attempt, as when the account was deactivated.
        let taken: Set = before.roomsOmitted ? ["join", "ban", "leave"] : ["join", "ban"]
        let rooms = found.rooms.filter { taken.contains($0.value) }.keys.sorted()
        try await ledger.store { checkpoint in
            checkpoint.joinedRoomsOnly = found.joinedOnly
            checkpoint.keep(rooms)
        }
        return rooms
    }

    private func work(
        _ params: RedactAllEvents.Params, _ context: HandlerContext, _ ledger: RedactLedger, _ acting: ActingUser, actingUserID: String
    ) async throws -> RedactWork {
        let client = client
        let version = try await settings.retrying { _ in try await client.serverVersion() }
        let memberships = try await settings.retrying { _ in try await client.memberships(of: actingUserID) }
        return RedactWork(
            params: params, selection: RedactSelection(params), client: client, settings: settings, acting: acting,
            actingUserID: actingUserID, ledger: ledger,
            event: EventRedaction(
                client: client, acting: acting, retrying: settings.retrying, reason: params.reason, taskID: context.taskID),
            delegation: Turns(), version: SynapseVersion(version), memberships: memberships, context: context)
    }

    private func log(_ failure: any Error, _ context: HandlerContext) {
        context.logger.warning("clean-up after a redact failed", metadata: ["error": "\(failure)"])
    }
}

extension Outcome {
    /// Whether the task does not come back.
    var isLast: Bool {
        switch self {
        case .complete, .failed, .cancelled: true
        case .retry, .snoozed: false
        }
    }
}

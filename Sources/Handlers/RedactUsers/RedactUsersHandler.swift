public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// Submits a redact for each user and follows them, a few dozen at a time.
public struct RedactUsersHandler: Handler {
    /// `redact_users`.
    public typealias HandledAction = RedactUsers

    private let client: HomeserverClient
    private let desk: (any TaskDesk)?
    private let settings: HandlerSettings

    /// A handler that works through a scheduler.
    public init(client: HomeserverClient, desk: (any TaskDesk)?, settings: HandlerSettings = HandlerSettings()) {
        self.client = client
        self.desk = desk
        self.settings = settings
    }

    /// Checks that the homeserver answers and that the admin token is a server admin's.
    public func prepare() async throws { try await client.prepare() }

    /// Looks at the children, submits further ones, and snoozes until all have ended.
    public func run(_ params: RedactUsers.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk else { throw FinalError("This process cannot submit tasks.") }
        let round = ChildRound(children: ChildTasks(desk: desk, context: context), client: client, settings: settings)
        let redacts = Redacts(users: params.distinctUsers, params: params.redact, atOnce: settings.childrenAtOnce)
        return try await round.run(redacts, from: context.checkpoint(as: BulkCheckpoint.self) ?? BulkCheckpoint())
    }

    private struct Redacts: ListedFamily {
        let users: [String]
        let params: RedactAllEvents.Params
        let atOnce: Int
        let activity = "The tasks of the users run."
        var count: Int { users.count }

        func submit(at place: Int, _ children: ChildTasks, _ ledger: inout BulkCheckpoint) async throws {
            var one = params
            one.userID = users[place]
            one.parentTaskID = children.context.taskID.description
            do {
                ledger.submitted(try await children.submit(RedactAllEvents.self, one, name: users[place]), at: place)
            } catch let error as SchedulerError where error.code == .invalidRequest || error.code == .tooLarge {
                // Would be refused at every attempt: one user must not stand in the way of the others.
                ledger.submitted(nil, at: place)
                ledger.refused(users[place], error.description, at: place)
            }
        }

        func count(_ end: ChildEnd, of place: Int, in ledger: inout BulkCheckpoint) { ledger.count(end, of: users[place], at: place) }
        func progress(_ ledger: BulkCheckpoint) -> TaskProgress { ledger.progress(of: users.count) }
        func report(_ ledger: BulkCheckpoint) -> RedactUsers.Result { ledger.result(of: users.count) }
    }
}

public import HomeserverClient
public import HomeserverTasks
public import Scheduler

/// A chain of three tasks: redact, deactivate, and redact what was sent meanwhile.
///
/// The first redact works over the client interface, which is sparing; after the deactivation the user is in no room, and only the
/// homeserver itself could redact.
public struct RedactAndDeactivateUserHandler: Handler {
    /// `redact_and_deactivate_user`.
    public typealias HandledAction = RedactAndDeactivateUser

    private struct Checkpoint: Codable, Sendable {
        /// The tasks of the steps so far.
        var tasks: [Int64] = []
        var redacted = 0
        var quietLooks = 0
        /// What the deactivation could not do.
        var doubts: [String]?
    }

    private static let steps = ["redact", "deactivate", "last look"]

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

    /// Goes on with the next step when one has ended; snoozes meanwhile.
    public func run(_ params: RedactAndDeactivateUser.Params, in context: HandlerContext) async throws -> Outcome {
        guard let desk else { throw FinalError("This process cannot submit tasks.") }
        let children = ChildTasks(desk: desk, context: context)
        var checkpoint = context.checkpoint(as: Checkpoint.self) ?? Checkpoint()
        if checkpoint.tasks.isEmpty {
            do {
                try await requireLocal(params.userID)
            } catch let error as HomeserverError where !Task.isCancelled {
                return try await .judged(error, client, settings)
            }
        }
        while true {
            let step = checkpoint.tasks.count
            if let current = checkpoint.tasks.last {
                guard case .ended(let end) = try await children.look(TaskID(rawValue: current)) else {
                    checkpoint.quietLooks += 1
                    try await context.save(checkpoint: checkpoint, progress: Self.progress(step - 1))
                    return .snoozed(
                        for: settings.wait(afterQuietLooks: checkpoint.quietLooks),
                        reason: "Step \(step) of 3, \(Self.steps[step - 1]), runs.")
                }
                if let problem = end.problem {
                    return .failed(
                        error: "The step '\(Self.steps[step - 1])', task \(current), did not complete: \(problem)",
                        result: try JSONBytes(encoding: result(checkpoint, verified: false)))
                }
                let redact = end.result(RedactAllEvents.Result.self)
                checkpoint.redacted += redact?.redacted ?? 0
                checkpoint.doubts = (checkpoint.doubts ?? []) + (end.result(DeactivateUser.Result.self)?.notVerified ?? [])
                if step == Self.steps.count {
                    await context.reportLast(Self.progress(step))
                    return try .complete(result(checkpoint, verified: redact?.verified ?? false, redact))
                }
            }
            guard let id = try await submit(step, params, children) else {
                return .snoozed(for: settings.longestWaitForChildren, reason: "Another task of the user is not over yet.")
            }
            checkpoint.tasks.append(id.rawValue)
            checkpoint.quietLooks = 0
            try await context.save(checkpoint: checkpoint, progress: Self.progress(step))
        }
    }

    private func submit(_ step: Int, _ params: RedactAndDeactivateUser.Params, _ children: ChildTasks) async throws -> TaskID? {
        let parent = children.context.taskID.description
        if step == 1 {
            let deactivation = DeactivateUser.Params(userID: params.userID, erase: params.erase, parentTaskID: parent)
            return try await children.submit(DeactivateUser.self, deactivation, name: Self.steps[step])
        }
        let redact = RedactAllEvents.Params(
            userID: params.userID, reason: params.reason, limit: params.limit ?? 10_000_000, includeLeftRooms: true,
            parentTaskID: parent)
        return try await children.submit(RedactAllEvents.self, redact, name: Self.steps[step])
    }

    /// Said before anything is redacted, rather than after.
    private func requireLocal(_ userID: String) async throws {
        let client = client
        let admin = try await settings.retrying { _ in try await client.whoami(as: .admin).userID }
        guard MatrixID.server(of: userID) == MatrixID.server(of: admin) else {
            throw FinalError("Only users of this homeserver can be deactivated; redact the user's events with redact_all_events.")
        }
        try await AccountsElsewhere.refuse(client, adminID: admin, settings)
    }

    private static func progress(_ done: Int) -> TaskProgress { TaskProgress(done: Int64(done), total: Int64(steps.count)) }

    private func result(
        _ checkpoint: Checkpoint, verified: Bool, _ last: RedactAllEvents.Result? = nil
    ) -> RedactAndDeactivateUser.Result {
        let doubts = (checkpoint.doubts ?? []) + (last?.notVerified ?? [])
        return .init(
            redacted: checkpoint.redacted, verified: verified && doubts.isEmpty, notVerified: doubts, notes: last?.notes ?? [],
            tasks: checkpoint.tasks.map(String.init))
    }
}

import HomeserverClient
import Scheduler

/// What a parent's checkpoint says of its children.
protocol ChildLedger: Codable, Sendable {
    /// What tells the children apart: a place in a list, a room.
    associatedtype Name: Hashable & Sendable
    /// Children that have not ended: name to task id.
    var open: [Name: Int64] { get }
    /// Rounds since a child ended.
    var quietLooks: Int { get set }
}

/// A kind of parent: which children it submits, and what it makes of their ends.
protocol ChildFamily: Sendable {
    associatedtype Ledger: ChildLedger
    associatedtype Report: Encodable

    /// What the children do, for the one who asks why the parent waits.
    var activity: String { get }
    /// Notes the end of a child.
    func count(_ end: ChildEnd, of name: Ledger.Name, in ledger: inout Ledger)
    /// Submits further children, as many as may be unfinished at once.
    ///
    /// - Returns: how the attempt ends when looking again soon would be no use; nil otherwise.
    func submit(_ children: ChildTasks, _ ledger: inout Ledger) async throws -> Outcome?
    /// Whether nothing is left to submit or to wait for.
    func isOver(_ ledger: Ledger) -> Bool
    func progress(_ ledger: Ledger) -> TaskProgress
    func report(_ ledger: Ledger) -> Report
}

/// One attempt of a task that submits children and follows them; it snoozes between two, so that it holds no slot while they run.
struct ChildRound: Sendable {
    let children: ChildTasks
    let client: HomeserverClient
    let settings: HandlerSettings

    /// Looks at the children that have not ended, submits further ones and stores where it is.
    func run<Family: ChildFamily>(_ family: Family, from stored: Family.Ledger) async throws -> Outcome {
        var ledger = stored
        do {
            let anyEnded = try await look(family, &ledger)
            let pause = try await family.submit(children, &ledger)
            ledger.quietLooks = anyEnded ? 0 : ledger.quietLooks + 1
            try await children.context.save(checkpoint: ledger, progress: family.progress(ledger))
            if family.isOver(ledger) { return try .complete(family.report(ledger)) }
            return pause ?? .snoozed(for: settings.wait(afterQuietLooks: ledger.quietLooks), reason: family.activity)
        } catch let error as HomeserverError where !Task.isCancelled {
            try await children.context.save(checkpoint: ledger, progress: family.progress(ledger))
            return try await .judged(error, client, settings)
        } catch  where children.context.isCancelRequested && Task.isCancelled {
            await children.context.reportLast(family.progress(ledger))
            return .cancelled(result: try JSONBytes(encoding: family.report(ledger)))
        }
    }

    /// - Returns: whether any child has ended since the last look.
    private func look<Family: ChildFamily>(_ family: Family, _ ledger: inout Family.Ledger) async throws -> Bool {
        var anyEnded = false
        for (name, id) in ledger.open {
            guard case .ended(let end) = try await children.look(TaskID(rawValue: id)) else { continue }
            family.count(end, of: name, in: &ledger)
            anyEnded = true
        }
        return anyEnded
    }
}

extension HandlerSettings {
    /// How long a parent waits before it looks at its children again: longer when nothing happens.
    func wait(afterQuietLooks looks: Int) -> Duration {
        var wait = waitForChildren
        for _ in 0..<min(looks, 20) where wait < longestWaitForChildren { wait = wait * 3 / 2 }
        return min(wait, longestWaitForChildren)
    }
}

/// A background job of the sandbox homeserver, for inspection.
public struct SandboxJob: Sendable, Equatable {
    /// The id that the submitting call answered.
    public let id: String
    /// The action's name in Synapse: `purge_history`, `shutdown_and_purge_room` or `redact_all_events`.
    public let action: String
    /// The room or the user.
    public let resourceID: String
    /// `scheduled`, `active`, `complete`, `failed` or `cancelled`.
    public let status: String
    /// Why it failed.
    public let error: String?
}

extension SandboxState {
    /// All jobs of the homeserver, in order of submission.
    public var jobs: [SandboxJob] {
        world.withLock { world in
            world.jobOrder.compactMap { world.jobs[$0] }.map {
                SandboxJob(id: $0.id, action: $0.action.rawValue, resourceID: $0.resourceID, status: $0.status.rawValue, error: $0.error)
            }
        }
    }

    /// Keeps jobs that begin from now on "active" until ``releaseJobs()``.
    public func holdJobs() { gate.hold() }

    /// Lets held jobs go on.
    public func releaseJobs() { gate.release() }

    /// Makes the next job of an action end as failed, without effect.
    ///
    /// - Parameters:
    ///   - action: its name in Synapse: `purge_history`, `shutdown_and_purge_room` or `redact_all_events`.
    ///   - error: the text that the status shows.
    public func failNextJob(_ action: String, error: String) throws(SandboxRefusal) {
        guard let action = JobAction(rawValue: action) else { throw .invalid("No such action: \(action)") }
        world.withLock { $0.plannedFailures[action, default: []].append(error) }
    }

    /// Forgets a job, as a homeserver does that was restored from a backup; its status is then 404, and one that is held is not done.
    public func forgetJob(_ id: String) {
        world.withLock { world in
            world.jobs[id] = nil
            world.jobOrder.removeAll { $0 == id }
        }
    }

    /// Waits until no job is left; returns early if the caller is cancelled.
    public func waitUntilJobsEnd() async {
        let signal = queue.idleSignal()
        if world.withLock({ $0.unfinishedJobs().isEmpty }) { queue.tellIdle() }
        for await _ in signal {}
    }
}

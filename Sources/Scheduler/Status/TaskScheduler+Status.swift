public import Foundation
import Postgres

extension TaskScheduler {
    private var roll: RollReader { RollReader(client: client, catalogue: catalogue, topology: topology, settings: settings) }

    /// What time it is by the database's clock, the only one that counts (I6): for a date that is so long from now.
    public func now() async throws -> Date {
        let rows = try await StoreFailure.wrapping("reading the clock") { try await client.execute(ReadClock()) }
        guard let now = rows.first else { throw SchedulerError(.database, "The database did not tell the time.") }
        return now
    }

    /// One task, as it stands now; nil when there is none, or its retention has passed.
    public func task(_ id: TaskID) async throws -> TaskRecord? {
        try await StoreFailure.wrapping("reading a task") { try await client.execute(FindTask(id: id)).first }
    }

    /// A page of tasks.
    ///
    /// - Throws: ``SchedulerError`` with code `unknown_action` for an action that no catalogue ever had here.
    public func tasks(_ query: TaskQuery) async throws -> TaskPage {
        var query = query
        let wanted = min(max(query.limit, 1), 1000)
        query.limit = wanted + 1
        var action: Int16?
        if let name = query.action { action = try await numbers.number(of: name) }
        var tasks = try await StoreFailure.wrapping("listing tasks") {
            if let resource = query.resourceID {
                return try await client.execute(ListTasksOfResource(resourceID: resource, query: query, action: action))
            }
            if query.oldestFirst { return try await client.execute(ListTasksOldestFirst(query: query, action: action)) }
            return try await client.execute(ListTasksNewestFirst(query: query, action: action))
        }
        let next = tasks.count > wanted ? tasks[wanted - 1].id : nil
        tasks = Array(tasks.prefix(wanted))
        if let until = query.updatedUntil?.timeIntervalSince1970 {
            tasks.removeAll { floor($0.updatedAt.timeIntervalSince1970 * 1000) > floor(until * 1000) }
        }
        return TaskPage(tasks: tasks, next: next)
    }

    /// The ended tries of a task, oldest first; at most 1,000.
    public func attempts(of id: TaskID) async throws -> [AttemptRecord] {
        try await StoreFailure.wrapping("reading attempts") { try await client.execute(ListAttempts(id: id)) }
    }

    /// Waits until a task has ended.
    ///
    /// - Returns: the ended task, or the unfinished one when the timeout passed first, or nil when there is no such task.
    public func wait(for id: TaskID, timeout: Duration) async throws -> TaskRecord? {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: timeout)
        var pause = Duration.milliseconds(20)
        while true {
            guard let task = try await task(id) else { return nil }
            if task.status.isFinal || clock.now >= end { return task }
            try await clock.sleep(for: min(pause, clock.now.duration(to: end)))
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    /// Unfinished tasks, counted by action and status.
    public func pendingCounts() async throws -> [(action: ActionName, status: TaskStatus, count: Int)] {
        try await StoreFailure.wrapping("counting tasks") { try await client.execute(CountPending()) }
    }

    /// The live processes and those that ended in the last day, newest first, with their manifests.
    public func processes() async throws -> [ProcessRecord] { try await roll.processes(withHistory: true) }

    /// Calls the roll now: the catalogue and routes of this process against the live processes' manifests.
    public func rollCall() async throws -> RollCallReport { try await roll.report() }
}

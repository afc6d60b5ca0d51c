import Glibc

/// What this PostgreSQL can do: tasks are claimed, finished and kept by hand-written statements and a client that does nothing else.
struct LimitRun: Sendable {
    var tasks: Int
    var batch: Int
    var clients: Int
    var paramsBytes: Int

    /// Fills tables of its own and drains them.
    func run(on server: BenchmarkServer) async throws -> RunOutcome {
        try await server.withEmptyDatabase { database in
            try await database.script(LimitScripts.tables)
            try await database.script(LimitScripts.fill(tasks, paramsBytes: paramsBytes))
            try await database.settle()
            return try await drain(database)
        }
    }

    private func drain(_ database: BenchmarkDatabase) async throws -> RunOutcome {
        let before = try await ServerUsage.read(database)
        let clientBefore = ProcessUsage.cpuSeconds(of: getpid()) ?? 0
        let floor = LimitFloor()
        let finished = Counter()
        let (conninfo, batch) = (database.conninfo, batch)
        let began = MonotonicTime.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<clients {
                group.addTask {
                    try await BlockingThread.run {
                        try LimitClient(conninfo, batch: batch).work(floor) { finished.add($0) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let seconds = Double(MonotonicTime.now - began) / 1e9
        let clientAfter = ProcessUsage.cpuSeconds(of: getpid()) ?? 0
        let after = try await ServerUsage.read(database)
        guard finished.value == tasks else { throw BenchmarkError("The limit's clients finished \(finished.value) of \(tasks) tasks.") }
        return RunOutcome(tasks: tasks, seconds: seconds, from: before, to: after, clientSeconds: clientAfter - clientBefore)
    }
}

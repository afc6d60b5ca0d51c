import Glibc

/// The limit of submission: the rows that were just submitted, copied again into the same tables, empty, by a client that does nothing else.
struct CopyRun: Sendable {
    var batch: Int
    var clients: Int

    /// Takes the rows out of a database, makes a fresh one with the same tables, and copies them in.
    func run(_ database: BenchmarkDatabase) async throws -> RunOutcome {
        let conninfo = database.conninfo
        let filled = try await database.client.execute(ReadFilledTables()).filter { $0.rows > 0 }
        let tasks = filled.map(\.rows).max().map(Int.init) ?? 0
        // Small tables, such as the list of actions, are not what a submission writes.
        let tables = filled.filter { Int($0.rows) == tasks }.map(\.table)
        guard tasks > 0, !tables.isEmpty else { throw BenchmarkError("There are no submitted rows to copy.") }
        let chunk = batch
        let chunks = try await BlockingThread.run {
            let connection = try BareConnection(conninfo)
            return try tables.map { Self.chunks(try connection.copyOut(CopyScripts.out($0)), lines: chunk) }
        }
        return try await database.server.withDatabase { fresh in
            let before = try await ServerUsage.read(fresh)
            let cpuBefore = ProcessUsage.cpuSeconds(of: getpid()) ?? 0
            let turns = Counter()
            let target = fresh.conninfo
            let began = MonotonicTime.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<clients {
                    group.addTask {
                        try await BlockingThread.run {
                            let connection = try BareConnection(target)
                            while case let number = turns.next() - 1, number < chunks[0].count {
                                try connection.run(CopyScripts.begin)
                                for (table, rows) in zip(tables, chunks) { try connection.copyIn(CopyScripts.into(table), rows[number]) }
                                try connection.run(CopyScripts.commit)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let seconds = Double(MonotonicTime.now - began) / 1e9
            let cpuAfter = ProcessUsage.cpuSeconds(of: getpid()) ?? 0
            let after = try await ServerUsage.read(fresh)
            return RunOutcome(tasks: tasks, seconds: seconds, from: before, to: after, clientSeconds: cpuAfter - cpuBefore)
        }
    }

    /// So many lines each.
    static func chunks(_ rows: [UInt8], lines: Int) -> [ArraySlice<UInt8>] {
        var chunks: [ArraySlice<UInt8>] = []
        var start = 0
        var count = 0
        for (index, byte) in rows.enumerated() where byte == 10 {
            count += 1
            guard count == lines else { continue }
            chunks.append(rows[start...index])
            start = index + 1
            count = 0
        }
        if start < rows.count { chunks.append(rows[start...]) }
        return chunks
    }
}

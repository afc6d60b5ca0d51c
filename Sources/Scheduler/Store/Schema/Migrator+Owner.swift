import Postgres

/// Whose database it is: a restored copy must not run the tasks of the original.
extension Migrator {
    /// Makes the database the owner's, and parks everything that is unfinished until ``resume()``.
    ///
    /// Does nothing when it is the owner's already. One that nobody has said to own, such as a copy of a backup of Muster 0.2.0, is adopted like
    /// another's.
    ///
    /// - Returns: how many tasks were parked; nil when the database is the owner's already.
    /// - Throws: ``SchedulerError`` with code `other_owner` while processes work on it: then it is no copy.
    public func adopt() async throws -> Int? {
        guard let owner else { return nil }
        return try await StoreFailure.wrapping("adopting the database") {
            try await client.transaction { connection in
                try await connection.script(SchemaScripts.lockAndPrepare)
                let before = try connection.run(FindOwner()).first
                guard before != owner else { return nil }
                let live = try connection.run(FindLiveInstances())
                guard live.isEmpty else {
                    throw SchedulerError(
                        .otherOwner,
                        "Processes of \(before ?? "another server") work on this database: \(live.joined(separator: ", ")). Stop them, wait a minute, and adopt it "
                            + "then; if it is theirs, correct database.dsn.")
                }
                let parked = try connection.run(ParkAdopted()).first ?? 0
                _ = try connection.run(ReplaceOwner(owner: owner))
                return Int(parked)
            }
        }
    }

    /// Lets the tasks go that ``adopt()`` has parked: each goes on as soon as a live process may run it.
    ///
    /// - Returns: how many.
    public func resume() async throws -> Int {
        try await StoreFailure.wrapping("resuming adopted tasks") { Int(try await client.execute(ResumeAdopted()).first ?? 0) }
    }

    /// Compares the owner with the one that the database remembers, or tells it.
    func checkOwner() async throws {
        guard let owner else { return }
        let found = try await StoreFailure.wrapping("reading the owner") {
            if let known = try await client.execute(FindOwner()).first { return known }
            if let told = try await client.execute(ClaimOwnership(owner: owner)).first { return told }
            // Another said it at the same moment; a statement that begins now sees who.
            return try await client.execute(FindOwner()).first ?? owner
        }
        guard found != owner else { return }
        throw SchedulerError(
            .otherOwner,
            "The tasks of this database are those of \(found), not of \(owner). If it is a copy, run `muster migrate --adopt`, which parks what "
                + "is pending until you let it go with `muster migrate --resume`; if not, correct server_name or database.dsn.")
    }
}

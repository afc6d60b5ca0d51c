import Migrations

/// What a database says of its schema.
///
/// Pure.
struct SchemaState: Sendable {
    /// The scripts that have run, each with the oldest build that works after it.
    var changes: [(version: Int, oldest: Release)] = []

    /// The latest script; 0 before the first.
    var version: Int { changes.map(\.version).max() ?? 0 }

    /// The scripts of this build that have not run.
    var missing: [Migration] {
        let applied = Set(changes.map(\.version))
        return Migrations.all.filter { !applied.contains($0.version) }
    }

    /// Refuses a schema that a later build made and that this one does not work on.
    ///
    /// - Throws: ``SchedulerError`` with code `schema_version`.
    func refuseNewer(than current: Int = Migrations.current) throws {
        let tooNew = changes.filter { $0.version > current && $0.oldest.schema > current }.max { $0.oldest.schema < $1.oldest.schema }
        guard let tooNew else { return }
        let release = tooNew.oldest.version
        let wanted = release.isEmpty ? "the build that ran `muster migrate` last, or a later one" : "Muster \(release) or later"
        throw SchedulerError(
            .schemaVersion,
            "The database's schema is at version \(version), newer than the \(current) of this build, which does not work on it. "
                + "Install \(wanted).")
    }
}

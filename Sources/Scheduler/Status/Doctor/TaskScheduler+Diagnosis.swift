extension TaskScheduler {
    /// Examines the database: what holds back vacuum, the tables of unfinished tasks, indexes, partitions, settings, processes,
    /// whether the schema is as the migrations made it, and who may change it.
    ///
    /// Reads only, and nothing large. Needs the schema of this build; sees other users' queries only where the database lets it.
    ///
    /// - Parameter poolSize: connections that each process may open for itself, beside the five of its worker
    public func diagnose(poolSize: Int) async throws -> Diagnosis {
        try await StoreFailure.wrapping("examining the database") {
            let tables = try await client.execute(ListTableHealth()).map { row in
                TableHealth(
                    name: row.table, live: Int(row.live), dead: Int(row.dead), bytes: Int(row.bytes),
                    vacuumed: row.vacuumedMilliseconds.map { .milliseconds($0) })
            }
            let indexes = try await client.execute(ListIndexHealth()).map { row in
                IndexHealth(name: row.index, table: row.table, isValid: row.isValid, bytes: Int(row.bytes), rows: row.rows)
            }
            let settings = Dictionary(try await client.execute(ReadServerSettings()).map { ($0.name, $0.value) }) { first, _ in first }
            let live = try await processes().filter(\.isLive).count
            let partitions = try await client.execute(ReadPartitionHealth(shortest: retentionForDrops)).first
            var complaints = try await sessionComplaints()
            complaints += tables.compactMap(Examination.complaint) + Examination.complaints(of: indexes)
            if let partitions { complaints += Examination.complaints(partitions) }
            complaints += Examination.complaints(of: try await client.execute(ReadCatalogue()))
            complaints += try await client.execute(FindAccessFaults()).map(Examination.complaint)
            complaints += Examination.complaints(missingPrivileges: try await client.execute(FindMissingPrivileges()))
            complaints += Examination.complaints(settings: settings, processes: live)
            // A pooler has connections of its own to the server, and its own limits.
            if client.pooler == .none, let limits = try await client.execute(ReadConnectionLimits()).first {
                complaints += ConnectionLimits(limits).complaints(processes: live, poolSize: poolSize)
            }
            return Diagnosis(
                complaints: complaints.sorted { $0.severity < $1.severity }, tables: tables, indexes: indexes,
                partitions: Int(partitions?.partitions ?? 0), settings: settings, liveProcesses: live,
                rollCall: try await rollCall().findings)
        }
    }

    /// A partition may go once everything in it is older than the retention of what completes; the rest moves aside.
    private var retentionForDrops: Duration { max(settings.retention.complete, settings.retention.cancelled) }

    private func sessionComplaints() async throws -> [Complaint] {
        let holders = try await client.execute(FindSnapshotHolders(olderThan: .seconds(60))).map { row in
            Complaint(
                severity: .warning, kind: .longTransaction, subject: "pid \(row.pid)",
                problem: "A transaction of \(row.application.isEmpty ? "an unnamed application" : row.application) (user \(row.user), "
                    + "\(row.state)) has been open for \(Examination.age(row.milliseconds)): no vacuum removes what died since. "
                    + "Its last query: \(row.query)",
                remedy: "Let its application commit or roll back; SELECT pg_terminate_backend(\(row.pid)) ends it by force.")
        }
        let prepared = try await client.execute(FindPreparedTransactions()).map { row in
            Complaint(
                severity: .warning, kind: .preparedTransaction, subject: row.name,
                problem:
                    "A prepared transaction of \(row.owner) has been left for \(Examination.age(row.milliseconds)); it holds locks and "
                    + "keeps vacuum from removing anything since.",
                remedy: "End it as its owner: COMMIT PREPARED or ROLLBACK PREPARED '\(row.name)'.")
        }
        let slots = try await client.execute(ListSlots()).filter { !$0.isActive || $0.walBytes > 10 << 30 }.map { row in
            Complaint(
                severity: .warning, kind: .replicationSlot, subject: row.name,
                problem: "The replication slot is \(row.isActive ? "far behind" : "not in use") and holds back "
                    + "\(Examination.size(Int(row.walBytes))) of write-ahead log\(row.holdsRows ? " and dead rows" : "").",
                remedy: row.isActive
                    ? "See why its reader is slow." : "Start its reader, or SELECT pg_drop_replication_slot('\(row.name)').")
        }
        return holders + prepared + slots
    }
}

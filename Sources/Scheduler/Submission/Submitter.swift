import Postgres

/// Takes requests: checks them, asks the roll, stores them, wakes the workers.
struct Submitter: Sendable {
    let client: PostgresClient
    let catalogue: Catalogue
    let topology: Topology
    let settings: SchedulerSettings
    let numbers: ActionNumbers
    let board: CoverageBoard
    let events: any EventSink
    let wakeUps: WakeUpSender

    /// At most so many tasks in one call.
    static let batchLimit = 10_000

    func submit(_ requests: [TaskRequest]) async throws -> [SubmittedTask] {
        let items = try await prepare(requests)
        let rows = try await store(items)
        let submitted = try await resolve(rows, items, requests)
        announce(submitted, requests)
        return submitted
    }

    func submit(_ request: TaskRequest, on connection: isolated PostgresConnection) async throws -> SubmittedTask {
        let items = try await prepare([request])
        let rows = try StoreFailure.wrapping("submitting") { try Self.store(items, on: connection) }
        guard let row = rows.first, let item = items.first else {
            throw SchedulerError(.database, "The store did not answer the submission.")
        }
        var answer = try Self.answer(row, item)
        if answer == nil {
            let taken = try StoreFailure.wrapping("submitting") { try connection.run(Self.find(item)) }
            answer = try taken.first.flatMap { try Self.answer($0, item) }
        }
        guard let submitted = answer else {
            throw SchedulerError(.database, "Another submission of the same key ended at the same moment. Roll back and submit again.")
        }
        // Sent with the caller's commit, because nobody else knows when that is.
        _ = try StoreFailure.wrapping("submitting") { try connection.run(Notify(payloads: [WakeUp.work.payload])) }
        events.record(.submitted(action: request.action, count: 1, parked: submitted.isParked))
        return submitted
    }

    // One statement; two in a transaction where a key may be taken for a task that then finds its place taken.
    private func store(_ items: [SubmitTasks.Item]) async throws -> [SubmitTasks.Row] {
        try await StoreFailure.wrapping("submitting") {
            guard items.contains(where: { $0.keyed && $0.idempotencyKey != nil }) else {
                return try await client.execute(SubmitTasks(items: items))
            }
            return try await client.transaction { connection in try Self.store(items, on: connection) }
        }
    }

    private static func store(_ items: [SubmitTasks.Item], on connection: isolated PostgresConnection) throws -> [SubmitTasks.Row] {
        let rows = try connection.run(SubmitTasks(items: items))
        let unborn = zip(rows, items).filter { row, item in !row.isNew && item.keyed && item.idempotencyKey != nil }.map(\.0.id)
        if !unborn.isEmpty { _ = try connection.run(ForgetKeys(ids: unborn)) }
        return rows
    }

    // What each request becomes, or why it cannot be.
    private func prepare(_ requests: [TaskRequest]) async throws -> [SubmitTasks.Item] {
        guard requests.count <= Self.batchLimit else {
            throw SchedulerError(
                .tooLarge, "At most \(Self.batchLimit) tasks can be submitted at once; \(requests.count) were.", field: "tasks")
        }
        let check = RequestCheck(catalogue: catalogue, settings: settings)
        let checked = try requests.map(check.validate)
        let numbers = try await numbers.all()
        var admissions: [ActionName: Admission] = [:]
        for (definition, _) in checked where admissions[definition.name] == nil {
            admissions[definition.name] = try await admission(of: definition)
        }
        return try zip(requests, checked).map { request, checked in
            let (definition, resourceID) = checked
            guard let number = numbers[definition.name] else { throw ActionNumbers.unknown(definition.name, catalogue) }
            return SubmitTasks.Item(
                action: number, priority: request.priority.rawValue, maxAttempts: request.maxAttempts.map(Int16.init), runAt: request.runAt,
                resourceID: resourceID, requestedBy: request.requestedBy,
                params: String(decoding: request.params.utf8, as: UTF8.self),
                keyed: definition.defaults.uniqueByResource, parked: admissions[definition.name] == .park,
                idempotencyKey: request.idempotencyKey,
                digest: request.idempotencyKey.map { _ in RequestCheck.digest(request, resourceID: resourceID) })
        }
    }

    private func admission(of definition: ActionDefinition) async throws -> Admission {
        for age in [Duration.seconds(1), .zero] {
            let answer = try await board.answer(notOlderThan: age)
            let coverage = answer.report.coverage(of: definition.name)
            // What was covered a moment ago is taken; anything else is looked at anew.
            if coverage?.state != .covered, age > .zero { continue }
            switch Admission.decide(coverage, uncoveredFor: answer.uncoveredFor[definition.name], topology: topology) {
            case .accept: return .accept
            case .park: return .park
            case .refuse: throw refusal(definition, coverage)
            }
        }
        return .accept
    }

    private func refusal(_ definition: ActionDefinition, _ coverage: RollCallReport.Coverage?) -> SchedulerError {
        let lacking = (coverage?.lacking ?? [:]).sorted { $0.key < $1.key }
        let processes = lacking.map(\.key)
        events.record(.submissionRefused(action: definition.name, processes: processes))
        let reasons = lacking.map { "\($0.key) (\($0.value.rawValue))" }.joined(separator: ", ")
        return SchedulerError(
            .noHandler,
            "No live process can run '\(definition.name)' now: \(reasons). Start one of them with a build that has the handler, then submit again; "
                + "`muster check --live` shows the roll call.",
            processes: processes)
    }

    // Rows that name no task lost a race with one that was committed meanwhile: look once more, then try again as if new.
    private func resolve(_ rows: [SubmitTasks.Row], _ items: [SubmitTasks.Item], _ requests: [TaskRequest]) async throws -> [SubmittedTask]
    {
        var submitted: [SubmittedTask] = []
        submitted.reserveCapacity(rows.count)
        for (row, item) in zip(rows, items) {
            if let answer = try Self.answer(row, item) {
                submitted.append(answer)
            } else {
                submitted.append(try await resolveLate(item))
            }
        }
        return submitted
    }

    private func resolveLate(_ item: SubmitTasks.Item) async throws -> SubmittedTask {
        for _ in 0..<5 {
            let taken = try await StoreFailure.wrapping("submitting") { try await client.execute(Self.find(item)) }
            if let answer = try taken.first.flatMap({ try Self.answer($0, item) }) { return answer }
            let rows = try await store([item])
            if let answer = try rows.first.flatMap({ try Self.answer($0, item) }) { return answer }
        }
        throw SchedulerError(.databaseUnavailable, "Tasks of the same key come and go too fast to submit this one. Try again.")
    }

    private static func find(_ item: SubmitTasks.Item) -> FindTaken {
        FindTaken(
            key: item.idempotencyKey, digest: item.digest, action: item.action, resourceID: item.keyed ? item.resourceID : nil)
    }

    private static func answer(_ row: SubmitTasks.Row, _ item: SubmitTasks.Item) throws -> SubmittedTask? {
        if row.isNew { return SubmittedTask(id: TaskID(rawValue: row.id), kind: .created, isParked: item.parked) }
        return try answer((row.sameKey, row.sameDigest, row.sameResource), item)
    }

    private static func answer(_ taken: FindTaken.Row, _ item: SubmitTasks.Item) throws -> SubmittedTask? {
        if let id = taken.sameKey {
            guard taken.sameDigest == true else {
                throw SchedulerError(
                    .idempotencyConflict, "The idempotency key was used for another request, task \(id). Use a new key.",
                    field: "idempotency_key")
            }
            return SubmittedTask(id: TaskID(rawValue: id), kind: .sameRequest, isParked: false)
        }
        return taken.sameResource.map { SubmittedTask(id: TaskID(rawValue: $0), kind: .alreadyUnfinished, isParked: false) }
    }

    private func announce(_ submitted: [SubmittedTask], _ requests: [TaskRequest]) {
        var counts: [ActionName: (new: Int, parked: Int)] = [:]
        for (task, request) in zip(submitted, requests) where task.kind == .created {
            counts[request.action, default: (0, 0)].new += 1
            if task.isParked { counts[request.action, default: (0, 0)].parked += 1 }
        }
        for (action, count) in counts { events.record(.submitted(action: action, count: count.new, parked: count.parked > 0)) }
        if counts.values.contains(where: { $0.new > $0.parked }) { wakeUps.send(.work) }
    }
}

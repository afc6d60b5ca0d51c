import Postgres

/// Takes requests: checks them, asks the roll, stores them, wakes the workers.
struct Submitter: Sendable {
    let client: PostgresClient
    let catalogue: Catalogue
    let settings: SchedulerSettings
    let numbers: ActionNumbers
    let admissions: Admissions
    /// Tasks that wait for nobody.
    let singles: SingleSubmissions
    /// Tasks that may wait for a key.
    let keyed: KeyedSubmissions
    let events: any EventSink
    let wakeUps: WakeUpSender
    let undeclared = UndeclaredSubmissions()
    let mood: DatabaseMood

    /// At most so many tasks in one call.
    static let batchLimit = 50_000
    /// From so many on, COPY is faster than an INSERT of arrays.
    private static let copyThreshold = 400

    /// - Parameter origin: where the requests came from, when the audit log is to have a line of each new task
    func submit(_ requests: [TaskRequest], origin: String? = nil) async throws -> [SubmittedTask] {
        let items = try await prepare(requests, origin: origin)
        let rows = try await store(items)
        let submitted = try await resolve(rows, items, requests)
        announce(submitted, requests, hasWoken: rows.allSatisfy(\.hasWoken))
        return submitted
    }

    func submit(_ request: TaskRequest, on connection: isolated PostgresConnection) async throws -> SubmittedTask {
        let items = try await prepare([request], origin: nil)
        let rows = try StoreFailure.wrapping("submitting") { try LeanestSubmission.store(items, on: connection) }
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
        _ = try StoreFailure.wrapping("submitting") { try connection.run(NotifyAtCommit(payloads: [WakeUp.work.payload])) }
        events.record(.submitted(action: request.action, count: 1, parked: submitted.isParked))
        return submitted
    }

    // The cheapest way that is right for these tasks; each is one transaction.
    private func store(_ items: [SubmitTasks.Item]) async throws -> [SubmitTasks.Row] {
        do {
            let rows = try await send(items)
            mood.went(.submitting)
            return rows
        } catch let error as PostgresError {
            if error.isUnavailable { mood.failed(.submitting) }
            throw StoreFailure.translate(error, while: "submitting")
        }
    }

    private func send(_ items: [SubmitTasks.Item]) async throws -> [SubmitTasks.Row] {
        let mayWait = items.contains(where: \.mayWait)
        if items.count == 1 { return [try await mayWait ? keyed.submit(items[0]) : singles.submit(items[0])] }
        if mayWait { return try await keyed.submit(items) }
        if items.count >= Self.copyThreshold, items.allSatisfy({ $0.isPlain && $0.auditOrigin == nil }) {
            let ids = try await client.transaction { connection in try CopyTasks.run(items, on: connection) }
            return ids.map { SubmitTasks.Row(id: $0, isNew: true) }
        }
        return try await LeanestSubmission.store(items, client)
    }

    // What each request becomes, or why it cannot be.
    private func prepare(_ requests: [TaskRequest], origin: String?) async throws -> [SubmitTasks.Item] {
        guard requests.count <= Self.batchLimit else {
            throw SchedulerError(
                .tooLarge, "At most \(Self.batchLimit) tasks can be submitted at once; \(requests.count) were.", field: "tasks")
        }
        let check = RequestCheck(catalogue: catalogue, settings: settings)
        var known: [ActionName: ActionDefinition] = [:]
        var definition: ActionDefinition?
        let resources = try requests.map { request in
            if definition?.name != request.action {
                definition = try check.definition(of: request.action)
                known[request.action] = definition
            }
            return try definition.flatMap { try check.resourceID(of: request, as: $0) }
        }
        undeclared.look(known.keys, events)
        let numbers = try await numbers.all()
        var admitted: [ActionName: AdmittedAction] = [:]
        for (name, definition) in known {
            guard let number = numbers[name] else { throw ActionNumbers.unknown(name, catalogue) }
            admitted[name] = AdmittedAction(
                number: number, name: name, keyed: definition.defaults.uniqueByResource,
                parked: try await admissions.admission(of: definition) == .park)
        }
        var action: AdmittedAction?
        return try requests.indices.map { index in
            if action?.name != requests[index].action { action = admitted[requests[index].action] }
            guard let action else { throw ActionNumbers.unknown(requests[index].action, catalogue) }
            return Self.item(requests[index], action, resourceID: resources[index], origin: origin)
        }
    }

    private static func item(_ request: TaskRequest, _ action: AdmittedAction, resourceID: String?, origin: String?) -> SubmitTasks.Item {
        SubmitTasks.Item(
            action: action.number, priority: request.priority.rawValue, maxAttempts: request.maxAttempts.map(Int16.init),
            runAt: request.runAt, resourceID: resourceID, requestedBy: request.requestedBy, params: UTF8Text(utf8: request.params.utf8),
            keyed: action.keyed, parked: action.parked, idempotencyKey: request.idempotencyKey,
            digest: request.idempotencyKey.map { _ in RequestCheck.digest(request, resourceID: resourceID) }, auditOrigin: origin,
            actionName: action.name)
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

    private func announce(_ submitted: [SubmittedTask], _ requests: [TaskRequest], hasWoken: Bool) {
        var counts: [ActionName: (new: Int, parked: Int)] = [:]
        for (task, request) in zip(submitted, requests) where task.kind == .created {
            counts[request.action, default: (0, 0)].new += 1
            if task.isParked { counts[request.action, default: (0, 0)].parked += 1 }
        }
        for (action, count) in counts { events.record(.submitted(action: action, count: count.new, parked: count.parked > 0)) }
        if !hasWoken, counts.values.contains(where: { $0.new > $0.parked }) { wakeUps.send(.work) }
    }
}

/// An action as one submission sees it.
private struct AdmittedAction {
    var number: Int16
    var name: ActionName
    var keyed: Bool
    var parked: Bool
}

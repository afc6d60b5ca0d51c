import Foundation
import HomeserverTasks
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

@Suite(.timeLimit(.minutes(2)))
struct SubmissionTests {
    @Test func `an accepted task is committed before the answer`() async throws {  // I1
        try await withStore { store in
            let id = try await store.submit()
            let other = try await PostgresConnection.connect(PostgresConfiguration(conninfo: store.database.conninfo))
            let rows = try await other.execute(FindTask(id: id))
            await other.close()
            #expect(rows.map(\.id) == [id])
        }
    }

    @Test func `one unfinished task a resource: the second submission gets the first one's id`() async throws {
        try await withStore { store in
            let request = try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "@spammer:test")
            let first = try await store.scheduler.submit(request)
            let second = try await store.scheduler.submit(request)
            #expect(first.kind == .created)
            #expect(second.kind == .alreadyUnfinished)
            #expect(second.id == first.id)
            _ = try await store.scheduler.cancel(first.id, requestedBy: nil)
            let third = try await store.scheduler.submit(request)
            #expect(third.kind == .created)
        }
    }

    @Test func `of many simultaneous submissions for one resource exactly one is stored`() async throws {
        try await withStore { store in
            let request = try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "!room:test")
            let answers = try await withThrowingTaskGroup(of: SubmittedTask.self) { group in
                for _ in 0..<20 { group.addTask { try await store.scheduler.submit(request) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.id)).count == 1)
            #expect(answers.count { $0.kind == .created } == 1)
        }
    }

    @Test func `an idempotency key makes one task, and refuses another content`() async throws {
        try await withStore { store in
            let request = try TaskRequest(Probe.self, ProbeParams(name: "a"), idempotencyKey: "k1")
            let first = try await store.scheduler.submit(request)
            let again = try await store.scheduler.submit(request)
            #expect(again.id == first.id)
            #expect(again.kind == .sameRequest)
            let other = try TaskRequest(Probe.self, ProbeParams(name: "b"), idempotencyKey: "k1")
            let error = await #expect(throws: SchedulerError.self) { try await store.scheduler.submit(other) }
            #expect(error?.code == .idempotencyConflict)
        }
    }

    @Test func `a submission on the caller's transaction exists only if that commits`() async throws {
        try await withStore { store in
            struct Changed: Error {}
            let request = try TaskRequest(Probe.self, ProbeParams())
            let scheduler = store.scheduler
            await #expect(throws: Changed.self) {
                try await store.client.transaction { connection in
                    _ = try await scheduler.submit(request, on: connection)
                    throw Changed()
                }
            }
            let none = try await scheduler.tasks(TaskQuery()).tasks
            #expect(none.isEmpty)
            let id = try await store.client.transaction { connection in
                try await scheduler.submit(request, on: connection).id
            }
            let one = try await scheduler.tasks(TaskQuery()).tasks
            #expect(one.map(\.id) == [id])
        }
    }

    @Test func `bad requests name their field and store nothing`() async throws {  // I9
        try await withStore { store in
            let large = "{\"name\":\"\(String(repeating: "x", count: 70_000))\"}"
            let long = String(repeating: "k", count: 256)
            let cases: [(TaskRequest, SchedulerError.Code, String?)] = [
                (TaskRequest(action: "no_such_action"), .unknownAction, "action"),
                (TaskRequest(action: Probe.name, params: JSONBytes("[1]")), .invalidRequest, "params"),
                (TaskRequest(action: Probe.name, params: JSONBytes("{")), .invalidRequest, "params"),
                (TaskRequest(action: Probe.name, params: JSONBytes("{\"wait\":\"x\"}")), .invalidRequest, "params.wait"),
                (TaskRequest(action: Probe.name, params: JSONBytes(large)), .tooLarge, "params"),
                (TaskRequest(action: Probe.name, resourceID: "a\0b"), .invalidRequest, "resource_id"),
                (TaskRequest(action: Probe.name, resourceID: ""), .invalidRequest, "resource_id"),
                (TaskRequest(action: UniqueProbe.name), .invalidRequest, "resource_id"),
                (TaskRequest(action: Probe.name, idempotencyKey: long), .invalidRequest, "idempotency_key"),
                (TaskRequest(action: Probe.name, maxAttempts: 0), .invalidRequest, "max_attempts"),
            ]
            for (request, code, field) in cases {
                let error = await #expect(throws: SchedulerError.self) { try await store.scheduler.submit(request) }
                #expect(error?.code == code)
                #expect(error?.field == field)
                #expect(error?.message.contains("xxx") == false)  // I11
            }
            let tasks = try await store.scheduler.tasks(TaskQuery()).tasks
            #expect(tasks.isEmpty)
        }
    }

    @Test func `params that say what a task is about leave no second name for it`() async throws {
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler(actions: HomeserverCatalogue.actions)
            let params = try JSONBytes(encoding: RedactAllEvents.Params(userID: "@spammer:test"))
            let first = try await scheduler.submit(TaskRequest(action: RedactAllEvents.name, params: params))
            let record = try await scheduler.task(first.id)
            #expect(record?.resourceID == "@spammer:test")
            let same = try await scheduler.submit(TaskRequest(action: RedactAllEvents.name, params: params, resourceID: "@spammer:test"))
            #expect(same.id == first.id)
            let other = TaskRequest(action: RedactAllEvents.name, params: params, resourceID: "@other:test")
            let error = await #expect(throws: SchedulerError.self) { try await scheduler.submit(other) }
            #expect(error?.field == "resource_id")
        }
    }

    @Test func `a key that came to nothing because the resource was taken is free for the next request`() async throws {  // I1
        try await withStore { store in
            let first = try await store.scheduler.submit(TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "!a:test"))
            let keyed = try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "!a:test", idempotencyKey: "k1")
            let refused = try await store.scheduler.submit(keyed)
            #expect(refused.kind == .alreadyUnfinished)
            _ = try await store.scheduler.cancel(first.id, requestedBy: nil)
            let second = try await store.scheduler.submit(keyed)
            #expect(second.kind == .created)
            let task = try await store.scheduler.task(second.id)
            #expect(task != nil)
        }
    }

    @Test func `registering the same actions again takes no new numbers`() async throws {
        try await withStore { store in
            for _ in 0..<3 { _ = try await store.client.execute(RegisterActions(actions: Probes.actions)) }
            let rows = try await store.client.execute(RegisterActions(actions: Probes.actions + [ActionDefinition(LateProbe.self)]))
            let highest = rows.map(\.id).max()
            #expect(highest == Int16(Probes.actions.count + 1))
        }
    }

    @Test func `a batch is stored whole or not at all`() async throws {
        try await withStore { store in
            let good = try TaskRequest(Probe.self, ProbeParams())
            let bad = TaskRequest(action: "no_such_action")
            await #expect(throws: SchedulerError.self) { try await store.scheduler.submit([good, bad]) }
            let tasks = try await store.scheduler.tasks(TaskQuery()).tasks
            #expect(tasks.isEmpty)
        }
    }

    @Test func `lists page by key, newest or oldest first, and filter`() async throws {
        try await withStore { store in
            var ids: [TaskID] = []
            for number in 0..<7 {
                let request = try TaskRequest(Probe.self, ProbeParams(), resourceID: number % 2 == 0 ? "even" : nil)
                ids.append(try await store.scheduler.submit(request).id)
            }
            _ = try await store.scheduler.cancel(ids[0], requestedBy: nil)
            var query = TaskQuery()
            query.limit = 3
            var seen: [TaskID] = []
            repeat {
                let page = try await store.scheduler.tasks(query)
                seen += page.tasks.map(\.id)
                query.after = page.next
            } while query.after != nil
            #expect(seen == ids.reversed())
            query = TaskQuery()
            // What people write for "for ever": the year 2286.
            query.updatedUntil = Date(timeIntervalSince1970: 9_999_999_999.999)
            let forEver = try await store.scheduler.tasks(query).tasks
            #expect(forEver.count == 7)
            query = TaskQuery()
            query.oldestFirst = true
            query.statuses = [.scheduled]
            let scheduled = try await store.scheduler.tasks(query).tasks.map(\.id)
            #expect(scheduled == Array(ids.dropFirst()))
            query.resourceID = "even"
            let even = try await store.scheduler.tasks(query).tasks.map(\.id)
            #expect(even == [ids[2], ids[4], ids[6]])
            query.statuses = [.cancelled]
            let cancelled = try await store.scheduler.tasks(query).tasks.map(\.id)
            #expect(cancelled == [ids[0]])
        }
    }

    @Test func `finished tasks are removed after their retention, and unfinished ones never`() async throws {
        try await withMusterDatabase { database in
            var settings = SchedulerSettings.quick
            settings.retention.cancelled = .zero
            let scheduler = try database.scheduler(settings: settings)
            let kept = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
            let request = try TaskRequest(Probe.self, ProbeParams(), idempotencyKey: "k")
            let gone = try await scheduler.submit(request).id
            _ = try await scheduler.cancel(gone, requestedBy: nil)
            try await scheduler.sweep()
            let removed = try await scheduler.task(gone)
            #expect(removed == nil)
            let left = try await scheduler.task(kept)
            #expect(left != nil)
            let again = try await scheduler.submit(request)
            #expect(again.kind == .created)
        }
    }
}

/// An action that a later build has.
private enum LateProbe: Action {
    typealias Params = ProbeParams
    static let name: ActionName = "late_probe"
    static let summary = "Comes later"
    static let defaults = ActionDefaults()
}

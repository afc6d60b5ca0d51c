import Foundation
import Postgres
import SchedulerTesting
import Synchronization
import Testing

@testable import Scheduler

/// The fast ways into the store: COPY for large batches, one statement for callers who come at the same moment.
@Suite(.timeLimit(.minutes(2)))
struct BulkSubmissionTests {
    @Test(arguments: [1, 399, 400, 2500])
    func `a batch of any size gets its ids in order and keeps its contents`(count: Int) async throws {  // I1
        try await withStore { store in
            let requests = try (0..<count).map { number in
                var request = try TaskRequest(
                    Probe.self, ProbeParams(name: "ä \(number)"), resourceID: number % 3 == 0 ? "r\(number)" : nil, requestedBy: "me")
                request.maxAttempts = number % 2 == 0 ? 7 : nil
                request.priority = number % 5 == 0 ? .first : .normal
                return request
            }
            let submitted = try await store.scheduler.submit(requests)
            #expect(submitted.count == count)
            let ids = submitted.map(\.id)
            let isNew = submitted.allSatisfy { $0.kind == .created && !$0.isParked }
            #expect(isNew)
            #expect(Set(ids).count == count)
            #expect(ids == ids.sorted())
            for index in Set([0, count / 2, count - 1]) {
                let task = try #require(try await store.scheduler.task(submitted[index].id))
                #expect(task.params == requests[index].params)
                #expect(task.resourceID == requests[index].resourceID)
                #expect(task.requestedBy == "me")
                let attempts = index % 2 == 0 ? 7 : 3
                #expect(task.maxAttempts == attempts)
                #expect(task.status == .scheduled)
            }
            let process = try await store.join("main")
            let claimed = try await store.claim(process, limit: count)
            let urgent = zip(submitted, requests).filter { $1.priority == .first }.map(\.0.id.rawValue)
            #expect(claimed.count == count)
            let first = Array(claimed.prefix(urgent.count).map(\.id))
            #expect(first == urgent)
        }
    }

    @Test func `ids of single tasks and of batches never meet`() async throws {
        try await withStore { store in
            let request = try TaskRequest(Probe.self, ProbeParams())
            let ids = try await withThrowingTaskGroup(of: [TaskID].self) { group in
                for round in 0..<20 {
                    group.addTask { try await store.scheduler.submit(Array(repeating: request, count: round % 2 == 0 ? 450 : 3)).map(\.id) }
                    group.addTask { [try await store.scheduler.submit(request).id] }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(ids).count == 4550)
        }
    }

    @Test func `a sequence of any length is stored in pieces, each told of once it is committed`() async throws {  // I1, I9
        try await withStore { store in
            let request = try TaskRequest(Probe.self, ProbeParams())
            let told = Mutex<[Int]>([])
            let count = try await store.scheduler.submitAll((0..<20_500).lazy.map { _ in request }) { submitted in
                let last = try #require(submitted.last)
                let task = try await store.scheduler.task(last.id)
                #expect(task != nil)
                told.withLock { $0.append(submitted.count) }
            }
            #expect(count == 20_500)
            let pieces = told.withLock { $0.sorted() }
            #expect(pieces == [500, 10_000, 10_000])
        }
    }

    @Test func `callers who come at the same moment each get their own task`() async throws {  // I1
        try await withStore { store in
            let answers = try await withThrowingTaskGroup(of: (Int, TaskID).self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let request = try TaskRequest(Probe.self, ProbeParams(name: "n\(number)"))
                        return (number, try await store.scheduler.submit(request).id)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.1)).count == 200)
            for (number, id) in answers {
                let task = try #require(try await store.scheduler.task(id))
                let params = try JSONBytes(encoding: ProbeParams(name: "n\(number)"))
                #expect(task.params == params)
            }
        }
    }

    @Test func `a task that the server refuses fails alone`() async throws {  // I1
        try await withStore { store in
            let singles = SingleSubmissions(client: store.client, wakeUps: store.scheduler.wakeUps)
            let stored = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        var item = SubmitTasks.Item.plain(action: store.actions[0])
                        // Not UTF-8: what no request can hold, so that the server has something to refuse.
                        if number % 20 == 7 { item.params = UTF8Text(utf8: [0x7B, 0xFF, 0x7D]) }
                        do {
                            _ = try await singles.submit(item).id
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(stored == 57)
            let tasks = try await store.scheduler.pendingCounts().map(\.count).reduce(0, +)
            #expect(tasks == 57)
        }
    }

    @Test func `a new task and its line in the audit log are committed together`() async throws {
        try await withStore { store in
            let plain = try TaskRequest(Probe.self, ProbeParams(), requestedBy: "@admin:test")
            let first = try await store.scheduler.submit(plain, auditedFrom: "192.0.2.1")
            let keyed = try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "!a:test", requestedBy: "@admin:test")
            let second = try await store.scheduler.submit(keyed, auditedFrom: "192.0.2.1")
            // It is there already: nothing was changed.
            let third = try await store.scheduler.submit(keyed, auditedFrom: "192.0.2.1")
            #expect(third.kind == .alreadyUnfinished)
            let lines = try await store.scheduler.auditLog(limit: 10)
            let subjects = lines.map(\.subject)
            let expected = [second.id.description, first.id.description]
            #expect(subjects == expected)
            #expect(Set(lines.map(\.who)) == ["@admin:test"])
            #expect(Set(lines.map(\.origin)) == ["192.0.2.1"])
            #expect(Set(lines.map(\.verb)) == ["submit"])
            #expect(lines.first?.action == UniqueProbe.name)
        }
    }
}

extension SubmitTasks.Item {
    static func plain(action: Int16) -> SubmitTasks.Item {
        SubmitTasks.Item(
            action: action, priority: 5, params: UTF8Text(utf8: Array("{}".utf8)), keyed: false, parked: false, actionName: Probe.name)
    }
}

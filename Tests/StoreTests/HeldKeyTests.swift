import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// An open transaction of anybody can hold a key for as long as it likes; only those who ask for that key wait for it.
@Suite(.timeLimit(.minutes(2)))
struct HeldKeyTests {
    @Test(arguments: ["COMMIT", "ROLLBACK"])
    func `a held key delays nobody who does not ask for it, and those who do get their answer at its end`(end: String) async throws {  // I1
        try await withStore { store in
            let held = try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "!held:test", idempotencyKey: "held")
            let place = try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "!held:test")
            let answers = try await store.client.withConnection { holder in
                try await holder.script("BEGIN")
                let first = try await store.scheduler.submit(held, on: holder).id
                return try await withThrowingTaskGroup(of: [SubmittedTask].self) { waiting in
                    // More than the pool has connections.
                    for number in 0..<24 {
                        waiting.addTask {
                            switch number % 3 {
                            case 0: [try await store.scheduler.submit(held)]
                            case 1: [try await store.scheduler.submit(place)]
                            default: [try await store.scheduler.submit([place, TaskRequest(Probe.self, ProbeParams())])[0]]
                            }
                        }
                    }
                    for round in 0..<10 { try await Self.submitOthers(round, store) }
                    try await holder.script(end)
                    return (first, try await waiting.reduce(into: []) { $0 += $1 })
                }
            }
            let created = answers.1.filter { $0.kind == .created }
            #expect(answers.1.count == 24)
            #expect(created.count == (end == "COMMIT" ? 0 : 1))
            #expect(Set(answers.1.map(\.id)) == [created.first?.id ?? answers.0])
        }
    }

    @Test func `who waits for a held key is told to try again, not kept for ever`() async throws {  // I9
        try await withStore { store in
            let impatient = KeyedSubmissions(client: store.client, wakeUps: store.scheduler.wakeUps, limit: .milliseconds(100))
            let item = SubmitTasks.Item(
                action: store.actions[0], priority: 5, params: UTF8Text(utf8: Array("{}".utf8)), keyed: false, parked: false,
                idempotencyKey: "held", digest: [0], actionName: Probe.name)
            try await store.client.withConnection { holder in
                try await holder.script("BEGIN; INSERT INTO muster.idempotency (key, id, digest) VALUES ('held', 1, '\\x00')")
                let one = await #expect(throws: SchedulerError.self) { try await impatient.submit(item) }
                let many = await #expect(throws: SchedulerError.self) { try await impatient.submit([item, item]) }
                #expect(one?.code == .databaseUnavailable && many?.code == .databaseUnavailable)
                try await holder.script("ROLLBACK")
            }
            let row = try await impatient.submit(item)
            #expect(row.isNew)
        }
    }

    /// One of each kind that has nothing to do with what is held, all at the same moment.
    private static func submitOthers(_ round: Int, _ store: StoreUnderTest) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                let name = "\(round)-\(number)"
                group.addTask {
                    let request =
                        switch number % 4 {
                        case 0: try TaskRequest(Probe.self, ProbeParams(name: name))
                        case 1: try TaskRequest(UniqueProbe.self, ProbeParams(name: name), resourceID: "!\(name):test")
                        case 2: try TaskRequest(Probe.self, ProbeParams(name: name), idempotencyKey: name)
                        default: try TaskRequest(UniqueProbe.self, ProbeParams(), resourceID: "!\(name):test", idempotencyKey: name)
                        }
                    let submitted = try await store.scheduler.submit(request)
                    #expect(submitted.kind == .created)
                }
            }
            try await group.waitForAll()
        }
    }
}

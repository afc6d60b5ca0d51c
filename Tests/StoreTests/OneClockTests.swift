import Foundation
import SchedulerTesting
import Testing

@testable import Scheduler

/// The database's clock decides, whatever a process's own clock says: these tests move only the database's.
@Suite(.timeLimit(.minutes(2)))
struct OneClockTests {
    @Test func `a task is due when the database's clock says so`() async throws {  // I6
        try await withStore { store in
            let request = try TaskRequest(Probe.self, ProbeParams(), runAt: Date().addingTimeInterval(3600))
            let id = try await store.scheduler.submit(request).id
            let process = try await store.join("main")
            let before = try await store.client.execute(PromoteDue(limit: 10))
            #expect(before.isEmpty)
            try await store.moveClock("+ interval '2 hours'")
            let after = try await store.client.execute(PromoteDue(limit: 10))
            #expect(after.map(\.line.priority) == [5])
            // By the moved clock the process's heartbeat is two hours old: it claims nothing until it has beaten.
            let expired = try await store.claim(process)
            #expect(expired.isEmpty)
            let second = try await store.join("second")
            let claimed = try await store.claim(second)
            #expect(claimed.map(\.id) == [id.rawValue])
        }
    }

    @Test func `a process is dead when the database's clock says so`() async throws {  // I6
        try await withStore { store in
            let id = try await store.submit()
            let process = try await store.join("main")
            _ = try await store.claim(process)
            let alive = try await store.client.execute(MarkDead(deadAfter: .seconds(20), known: nil))
            #expect(alive.isEmpty)
            try await store.moveClock("+ interval '19 seconds'")
            let stillAlive = try await store.client.execute(MarkDead(deadAfter: .seconds(20), known: nil))
            #expect(stillAlive.isEmpty)
            try await store.moveClock("+ interval '21 seconds'")
            let dead = try await store.client.execute(MarkDead(deadAfter: .seconds(20), known: nil))
            #expect(dead.map(\.incarnation) == [process])
            let reclaimed = try await store.client.execute(ReclaimTasks(maximumCrashes: 3))
            #expect(reclaimed.map(\.id) == [id.rawValue])
        }
    }

    // History goes by the week: a task stays for its retention at least, and for a week more at most.
    @Test func `a finished task is kept until the database's clock says so`() async throws {  // I6
        try await withStore { store in
            let id = try await store.submit()
            _ = try await store.scheduler.cancel(id, requestedBy: nil)
            try await store.moveClock("+ interval '6 days'")
            try await store.scheduler.sweep()
            let kept = try await store.scheduler.task(id)
            #expect(kept != nil)
            try await store.moveClock("+ interval '14 days'")
            try await store.scheduler.sweep()
            let gone = try await store.scheduler.task(id)
            #expect(gone == nil)
        }
    }
}

extension StoreUnderTest {
    /// Moves the one clock of this test's database.
    func moveClock(_ change: String) async throws {
        try await database.script(
            "CREATE OR REPLACE FUNCTION muster.clock() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT now() \(change) $$"
        )
    }
}

import Foundation
import SchedulerTesting
import Testing

@testable import Scheduler

/// The database's clock steps back ten minutes: what it had written by then lies ahead, and must bind nobody.
@Suite(.timeLimit(.minutes(2)))
struct ClockSetBackTests {
    private static let dead = Duration.seconds(20)

    private func state(_ process: UUID, _ store: StoreUnderTest) async throws -> ProcessState? {
        try await store.scheduler.processes().first { $0.incarnation == process }?.state
    }

    @Test func `a process that was killed before is declared dead a dead interval later, one that lives is not`() async throws {  // I6, I8
        try await withStore { store in
            let id = try await store.submit()
            let gone = try await store.join("gone")
            let lives = try await store.join("lives")
            #expect(try await store.claim(gone).map(\.id) == [id.rawValue])
            try await store.moveClock("- interval '10 minutes'")
            // Renewed as ever; its answer asks for a look, whose time it brings along.
            let beat = try #require(try await store.client.execute(Beat(incarnation: lives, deadAfter: Self.dead)).first)
            #expect(beat.duties.contains("reclaim"))
            #expect(abs(beat.clock.timeIntervalSinceNow + 600) < 60)
            try await store.scheduler.bury(known: nil)
            #expect(try await state(gone, store) == .running)
            #expect(try await state(lives, store) == .running)
            try await store.moveClock("- interval '10 minutes' + interval '19 seconds'")
            _ = try await store.client.execute(Beat(incarnation: lives, deadAfter: Self.dead))
            try await store.scheduler.bury(known: nil)
            #expect(try await state(gone, store) == .running)
            try await store.moveClock("- interval '10 minutes' + interval '30 seconds'")
            #expect(try await store.client.execute(MarkDead(deadAfter: Self.dead, known: nil)).map(\.incarnation) == [gone])
            #expect(try await store.client.execute(ReclaimTasks(maximumCrashes: 3)).map(\.id) == [id.rawValue])
            #expect(try await store.claim(lives).map(\.id) == [id.rawValue])
        }
    }

    @Test func `a step that is shorter than the dead interval leaves heartbeats alone`() async throws {  // I6
        try await withStore { store in
            let process = try await store.join("main")
            let before = try await store.client.execute(FindNamesake(instance: "main", deadAfter: Self.dead)).first?.beatAt
            try await store.moveClock("- interval '10 seconds'")
            _ = try await store.client.execute(SetBackHeartbeats(deadAfter: Self.dead))
            let after = try await store.client.execute(FindNamesake(instance: "main", deadAfter: Self.dead)).first
            #expect(after?.incarnation == process && after?.beatAt == before)
        }
    }

    @Test func `the name of a process that was killed before is given to the next`() async throws {  // I6
        try await withMusterDatabase { database in
            var settings = SchedulerSettings.quick
            settings.deadAfter = .seconds(2)
            let scheduler = try database.scheduler(settings: settings)
            let store = StoreUnderTest(database: database, scheduler: scheduler, actions: [])
            // On another machine: nobody can tell that it is gone but by its heartbeat.
            try await database.script(
                """
                INSERT INTO muster.process
                    (incarnation, instance, host, place, pid, version, config_digest, state, started_at, beat_at)
                VALUES (gen_random_uuid(), 'main', 'elsewhere', 'elsewhere', 1, '1', '', 'running', now(), now())
                """)
            try await store.moveClock("- interval '10 minutes'")
            try await database.withWorker(scheduler) { _ in
                let states = try await scheduler.processes().map(\.state)
                #expect(states.count { $0 == .running } == 1)
            }
        }
    }

    @Test func `a namesake that lives keeps its name, though its heartbeat went back`() async throws {  // I2, I6
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler()
            let store = StoreUnderTest(database: database, scheduler: scheduler, actions: [])
            try await database.withWorker(scheduler) { _ in
                try await store.moveClock("- interval '10 minutes'")
                let other = try database.scheduler()
                // As a process elsewhere would: by the heartbeat alone.
                let identity = ProcessIdentity(instance: "main", version: "test")
                let membership = Membership(client: database.client, scheduler: other, identity: identity)
                let error = await #expect(throws: SchedulerError.self) { try await membership.join([]) }
                #expect(error?.code == .duplicateInstance)
            }
        }
    }

    @Test func `an action that was noted as uncovered counts from now`() async throws {  // I3, I6
        try await withStore { store in
            let action = store.actions[0]
            func overdue() async throws -> [Int16] {
                try await store.client.execute(MarkUncovered(known: store.actions, uncovered: [action], gracePeriod: .seconds(30)))
            }
            #expect(try await overdue().isEmpty)
            try await store.moveClock("- interval '10 minutes'")
            #expect(try await overdue().isEmpty)
            try await store.moveClock("- interval '10 minutes' + interval '31 seconds'")
            #expect(try await overdue() == [action])
        }
    }

    @Test func `a key whose holder is gone is free`() async throws {  // I6, I10
        try await withStore { store in
            let first = try await store.submit()
            let second = try await store.submit()
            let process = try await store.join("main")
            #expect(try await store.claim(process).count == 2)
            let fences = [first, second].map { AttemptFence(id: $0.rawValue, attempt: 1, incarnation: process) }
            #expect(try await store.take(fences[0], "room") == true)
            try await store.moveClock("- interval '10 minutes'")
            // Its claim still stands: it holds the key, whatever the clock says.
            #expect(try await store.take(fences[1], "room") == false)
            try await store.database.script("DELETE FROM muster.active WHERE id = \(first.rawValue)")
            #expect(try await store.take(fences[1], "room") == true)
        }
    }

    @Test func `a task that is to be tried again waits as long as it was to, a date that somebody asked for stays`() async throws {  // I6
        try await withStore { store in
            let retried = try await store.submit()
            let process = try await store.join("main")
            let claim = try #require(try await store.claim(process).first)
            let item = DeferAttempts.Item(
                id: retried.rawValue, attempt: 1, runAt: claim.runAt, outcome: "retry", waitMilliseconds: 5000, error: "busy")
            _ = try await store.client.execute(DeferAttempts(incarnation: process, items: [item]))
            let wish = Date().addingTimeInterval(300)
            let wished = try await store.scheduler.submit(TaskRequest(Probe.self, ProbeParams(), runAt: wish)).id
            try await store.moveClock("- interval '10 minutes'")
            try await store.scheduler.sweep()
            try await store.moveClock("- interval '10 minutes' + interval '4 seconds'")
            #expect(try await store.client.execute(PromoteDue(limit: 10)).isEmpty)
            try await store.moveClock("- interval '10 minutes' + interval '10 seconds'")
            // A second look changes nothing more.
            try await store.scheduler.sweep()
            #expect(try await store.client.execute(PromoteDue(limit: 10)).count == 1)
            let task = try #require(try await store.scheduler.task(wished))
            #expect(abs(task.runAt.timeIntervalSince(wish)) < 1)
        }
    }

    @Test func `a rate that was spent has its tokens back, and goes on by the new time`() async throws {  // I6
        try await withStore { store in
            let action = store.actions[0]
            func tokens() async throws -> Double? {
                let find = FindRoom(limits: [(action, ActionLimit(rate: .init(5, per: .seconds(500))))], most: 100)
                return try await store.client.execute(find).first?.tokens
            }
            let full = try #require(try await tokens())
            _ = try await store.client.execute(SpendTokens(left: [(action, 0)]))
            #expect(try #require(try await tokens()) < full)
            try await store.moveClock("- interval '10 minutes'")
            #expect(try await tokens() == full)
            _ = try await store.client.execute(SpendTokens(left: [(action, 0)]))
            #expect(try #require(try await tokens()) < full)
            try await store.moveClock("- interval '10 minutes' + interval '1000 seconds'")
            #expect(try await tokens() == full)
        }
    }
}

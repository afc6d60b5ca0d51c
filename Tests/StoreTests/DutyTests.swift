import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// What maintenance does when things happen at the same time.
@Suite(.timeLimit(.minutes(2)))
struct DutyTests {
    @Test func `a cancellation that the attempt did not hear of still cancels the task`() async throws {
        try await withStore { store in
            let id = try await store.submit()
            let process = try await store.join("main")
            let claim = try #require(try await store.claim(process).first)
            let asked = try await store.scheduler.cancel(id, requestedBy: "@admin:test")
            #expect(asked == .requested)
            // The attempt ends as a retry before its process hears of the request.
            let retry = DeferAttempts.Item(
                id: id.rawValue, attempt: 1, runAt: claim.runAt, outcome: "retry", waitMilliseconds: 60_000, error: "busy")
            _ = try await store.client.execute(DeferAttempts(incarnation: process, items: [retry]))
            try await store.scheduler.sweep()
            try await store.scheduler.cancelMissed()
            let task = try #require(try await store.scheduler.task(id))
            #expect(task.status == .cancelled)
            #expect(task.error?.contains("@admin:test") == true)
        }
    }

    @Test func `a duty is due when its last turn lies in the future, and when it came to nothing`() async throws {  // I6
        try await withStore { store in
            let process = try await store.join("main")
            let other = try await store.join("other")
            func take(_ incarnation: UUID) async throws -> Bool {
                try await !store.client.execute(TakeTurn(duty: "sweep", incarnation: incarnation, interval: .seconds(300))).isEmpty
            }
            func isDue() async throws -> Bool {
                let sweep = TimedDuty(name: "sweep", interval: .seconds(300))
                let answer = try await store.client.execute(Beat(incarnation: process, deadAfter: .seconds(20), timed: [sweep])).first
                return answer?.duties.contains("sweep") == true
            }
            let first = try await take(process)
            let early = try await take(other)
            let quiet = try await isDue()
            #expect(first && !early && !quiet)
            _ = try await store.client.execute(GiveTurnBack(duty: "sweep", incarnation: other))
            let notTheirs = try await isDue()
            #expect(!notTheirs)
            _ = try await store.client.execute(GiveTurnBack(duty: "sweep", incarnation: process))
            let due = try await isDue()
            let second = try await take(other)
            #expect(due && second)
            // The database fails over to a machine whose clock is an hour behind.
            try await store.database.script("UPDATE muster.duty SET taken_at = taken_at + interval '1 hour'")
            let late = try await isDue()
            let third = try await take(process)
            #expect(late && third)
        }
    }

    @Test func `after a process has ended, claims that come to light late are looked for again and again`() async throws {  // I8
        try await withStore { store in
            let process = try await store.join("main")
            let other = try await store.join("other")
            func isDue(_ timed: [TimedDuty] = []) async throws -> Bool {
                let answer = try await store.client.execute(Beat(incarnation: process, deadAfter: .seconds(20), timed: timed)).first
                return answer?.duties.contains("reclaim") == true
            }
            let atFirst = try await isDue()
            _ = try await store.client.execute(MarkDead(deadAfter: .seconds(3600), known: other))
            let afterTheEnd = try await isDue()
            #expect(!atFirst && afterTheEnd)
            _ = try await store.client.execute(TakeTurn(duty: "reclaim", incarnation: process, interval: .zero))
            let afterTheTurn = try await isDue()
            try await store.database.script("UPDATE muster.duty SET taken_at = taken_at - interval '6 s'")
            let again = try await isDue()
            #expect(!afterTheTurn && again)
            // Later the time alone makes it due.
            try await store.database.script("UPDATE muster.process SET ended_at = ended_at - interval '2 min' WHERE state = 'dead'")
            let muchLater = try await isDue()
            let inTime = try await isDue([TimedDuty(name: "reclaim", interval: .seconds(5))])
            #expect(!muchLater && inTime)
        }
    }

    @Test func `a snoozed task says why it waits, in the handler's words`() async throws {
        try await withStore { store in
            let id = try await store.submit()
            let process = try await store.join("main")
            let claim = try #require(try await store.claim(process).first)
            let why = String(repeating: "Another task holds the room \u{1F6AA}. ", count: 60)
            let verdict = Verdict.judge(
                .returned(.snoozed(for: .seconds(60), reason: why)), reason: nil, failures: 0, maxAttempts: 3, policy: RetryPolicy(),
                spread: 0, limit: 65_536)
            guard case .later(let outcome, let wait, let error) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            let item = DeferAttempts.Item(
                id: id.rawValue, attempt: 1, runAt: claim.runAt, outcome: outcome, waitMilliseconds: wait.milliseconds, error: error)
            let written = try await store.client.execute(DeferAttempts(incarnation: process, items: [item]))
            #expect(written == [id.rawValue])
            let task = try #require(try await store.scheduler.task(id))
            #expect(task.status == .scheduled)
            #expect(task.reason?.hasPrefix("snoozed: Another task holds the room \u{1F6AA}.") == true)
            #expect(task.reason?.hasSuffix("…") == true)
        }
    }

    @Test func `a task that was cancelled and is retried is not cancelled again by the old request`() async throws {
        try await withStore { store in
            let id = try await store.submit()
            let process = try await store.join("main")
            _ = try await store.claim(process)
            _ = try await store.scheduler.cancel(id, requestedBy: nil)
            _ = try await store.end(AttemptFence(id: id.rawValue, attempt: 1, incarnation: process), status: "cancelled")
            let retried = try await store.scheduler.retry(id)
            #expect(retried == .scheduled)
            let again = try await store.claim(process)
            #expect(again.map(\.attempt) == [2])
            let toCancel = try await store.client.execute(Beat(incarnation: process, deadAfter: .seconds(20)))
            #expect(toCancel.map(\.toCancel) == [[]])
        }
    }

    @Test func `after an outage nobody is declared dead by a process that was cut off itself`() async throws {  // I5
        try await withStore { store in
            let id = try await store.submit()
            let process = try await store.join("main")
            _ = try await store.claim(process)
            try await store.database.script("UPDATE muster.process SET beat_at = now() - interval '1 hour'")
            try await store.scheduler.bury(known: nil, mayJudge: false)
            let untouched = try #require(try await store.scheduler.task(id))
            #expect(untouched.status == .active)
            try await store.scheduler.bury(known: nil, mayJudge: true)
            let taken = try #require(try await store.scheduler.task(id))
            #expect(taken.status == .scheduled)
        }
    }

    @Test func `each build tries to read a task's params once`() async throws {  // I3, I9
        try await withStore { store in
            let id = try await store.submit()
            let numbers = try await store.scheduler.numbers.all()
            let number = try #require(numbers[Probe.name])
            let process = try await store.join("main")
            let handler = HandlerRecord(action: Probe.name, schemaDigest: "probe/1")
            _ = try await store.client.execute(RegisterHandlers(incarnation: process, handlers: [handler]))
            let claim = try #require(try await store.claim(process).first)
            let item = ParkAttempts.Item(
                id: id.rawValue, attempt: 1, runAt: claim.runAt, unreadBy: "test probe/1", note: "amount is missing")
            let parked = try await store.client.execute(ParkAttempts(incarnation: process, items: [item]))
            #expect(parked == [id.rawValue])
            let unpark = UnparkCovered(actions: [number], instances: ["main"], limit: 10, deadAfter: .seconds(20))
            let same = try await store.client.execute(unpark)
            #expect(same.isEmpty)
            // A build off the route changes nothing; a new one on the route tries.
            let newer = HandlerRecord(action: Probe.name, schemaDigest: "probe/2")
            let other = try await store.join("other")
            _ = try await store.client.execute(RegisterHandlers(incarnation: other, handlers: [newer]))
            let offRoute = try await store.client.execute(unpark)
            #expect(offRoute.isEmpty)
            _ = try await store.client.execute(RegisterHandlers(incarnation: process, handlers: [newer]))
            let onRoute = try await store.client.execute(unpark)
            #expect(onRoute.map(\.count) == [1])
            let task = try #require(try await store.scheduler.task(id))
            #expect(task.attempt == 0)
        }
    }

    @Test func `an exclusive key without a holder is swept`() async throws {  // I10
        try await withStore { store in
            try await store.database.script(
                "INSERT INTO muster.exclusive_key VALUES ('room:!a', 1, 1, gen_random_uuid(), now() - interval '2 minutes')")
            try await store.scheduler.sweep()
            let keys = try await store.client.execute(CountKeys())
            #expect(keys == [0])
        }
    }
}

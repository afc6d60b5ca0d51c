import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// A connection that is cut at every byte of what submit, claim and complete send, and of what they are answered; the short form takes steps.
@Suite(.timeLimit(.minutes(5)))
struct EveryByteTests {
    @Test func `a submission cut at any byte makes one task or none, and one when it is sent again`() async throws {  // I1, I8
        try await withCuts { cuts in
            var accepted: Set<TaskID> = []
            let rounds = try await cuts.everywhere {
                // With a key, as below, so that the connection knows the statement.
                _ = try await cuts.through.submit(TaskRequest(action: "probe", idempotencyKey: "warm \(UUID())"))
                await cuts.through.drainWakeUps()
            } work: { round in
                try await cuts.through.submit(
                    TaskRequest(action: "probe", params: JSONBytes("{\"name\":\"cut\"}"), idempotencyKey: "cut \(round)"))
            } judge: { round, answer in
                let again = try await cuts.direct.submit(
                    TaskRequest(action: "probe", params: JSONBytes("{\"name\":\"cut\"}"), idempotencyKey: "cut \(round)"))
                // What was answered is there; what was not is there once or not at all.
                if let first = answer { #expect(again.id == first.id && again.kind == .sameRequest) }
                #expect(accepted.insert(again.id).inserted)
                #expect(try await cuts.direct.task(again.id)?.status == .scheduled)
            }
            #expect(accepted.count == rounds)
        }
    }

    @Test func `a claim cut at any byte is made or not made, and is known to whoever asks`() async throws {  // I2, I8
        try await withCuts { cuts in
            let id = try await cuts.direct.submit(TaskRequest(action: "probe")).id
            _ = try await cuts.everywhere {
                _ = try await cuts.through.client.execute(cuts.claim(of: []))
            } work: { _ in
                try await cuts.through.client.execute(cuts.claim(of: cuts.actions))
            } judge: { _, answer in
                let held = try await cuts.direct.client.execute(ListClaims(incarnation: cuts.incarnation))
                if let answer { #expect(answer.map(\.id) == held.map(\.id) && held.count == 1) }
                #expect(try await cuts.direct.task(id)?.status == (held.isEmpty ? .scheduled : .active))
                // What a reconciler does about an answer that was lost.
                let released = try await cuts.direct.client.execute(ReleaseClaims(incarnation: cuts.incarnation))
                #expect(released.count == held.count)
            }
        }
    }

    @Test func `a completion cut at any byte ends the task once`() async throws {  // I4, I8
        try await withCuts { cuts in
            _ = try await cuts.everywhere {
                _ = try await cuts.through.client.execute(CompleteAttempts(incarnation: cuts.incarnation, attempt: 1, ids: []))
                _ = try await cuts.direct.submit(TaskRequest(action: "probe"))
                _ = try await cuts.direct.client.execute(cuts.claim(of: cuts.actions))
            } work: { _ in
                let held = try await cuts.direct.client.execute(ListClaims(incarnation: cuts.incarnation))
                return try await cuts.through.client.affected(
                    CompleteAttempts(incarnation: cuts.incarnation, attempt: 1, ids: held.map(\.id)))
            } judge: { _, answer in
                let left = try await cuts.direct.client.execute(ListClaims(incarnation: cuts.incarnation)).map(\.id)
                if let answer { #expect(answer == 1 && left.isEmpty) }
                // Said again, as the reporter does: it ends what is left, and nothing twice.
                let again = try await cuts.direct.client.affected(
                    CompleteAttempts(incarnation: cuts.incarnation, attempt: 1, ids: left))
                #expect(again == left.count)
                let found = try await cuts.direct.client.execute(FindCompleted(incarnation: cuts.incarnation, attempt: 1, ids: left))
                #expect(found == left)
                for id in left { #expect(try await cuts.direct.task(TaskID(rawValue: id))?.status == .complete) }
            }
        }
    }
}

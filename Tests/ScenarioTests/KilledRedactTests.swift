import Foundation
import Glibc
import SchedulerTesting
import Testing

private let kills = ProcessInfo.processInfo.environment["MUSTER_KILLS"].flatMap(Int.init) ?? 1

extension RealStories {
    /// SIGKILL at a random moment of a redact: of Muster's worker, of Synapse, of both.
    ///
    /// `MUSTER_KILLS` says how often each; once unless it is set.
    @Suite struct `A redact whose processes are killed` {
        enum Victim: String, CaseIterable { case worker, synapse, both }

        // I8
        @Test(.timeLimit(.minutes(kills > 1 ? 60 : 3)))
        func `leaves nothing readable and redacts nothing twice, with an application service`() async throws {
            let synapse = try await RealSynapse.start(users: 1)
            try await withMusterFleet(on: .init(synapse, asService: true)) { fleet in
                let worker = Worker(process: try await fleet.start("background_worker"))
                let main = try await fleet.startMain()
                for round in 1...kills {
                    for victim in Victim.allCases { try await kill(victim, round, synapse, fleet, worker, main) }
                }
            }
            try await synapse.stop()
        }

        private final class Worker {
            var process: MusterProcess
            init(process: MusterProcess) { self.process = process }
        }

        private func kill(
            _ victim: Victim, _ round: Int, _ synapse: RealSynapse, _ fleet: MusterFleet, _ worker: Worker, _ main: MusterClient
        ) async throws {
            let spam = try await Spam.write(on: synapse, rooms: 4, messagesPerRoom: 25)
            let moment = Int.random(in: 1..<80)
            let id = try await main.redact(spam.path)
            let before = try await main.task(id, "the moment", within: .seconds(60)) {
                ($0.progress?.done ?? 0) >= moment || $0.status != "active" && $0.status != "scheduled"
            }
            if victim != .synapse { try await worker.process.kill() }
            if victim != .worker { try await synapse.kill(.main) }
            if victim != .worker { try await synapse.restart(.main) }
            if victim != .synapse { worker.process = try await fleet.start("background_worker") }
            let restarted = ContinuousClock.now
            let going = try await main.task(id, "going on", within: .seconds(60)) {
                $0.status == "complete" || $0.status == "active" && ($0.progress?.done ?? 0) > (before.progress?.done ?? 0)
            }
            let resumed = restarted.duration(to: .now)
            let task = try await main.ended(id, within: .seconds(90))
            print("killed \(victim) at \(moment) of \(spam.count): going on after \(resumed) (\(going.status))")
            #expect(task.status == "complete", "\(victim) \(round) at \(moment): \(task)")
            #expect(resumed < .seconds(30), "\(victim) \(round) at \(moment)")
            try await spam.expectRedactedOnce()
            let ends = try await synapse.forwardExtremities(in: spam.rooms)
            #expect(ends.values.allSatisfy { $0 <= 2 }, "\(ends)")
        }
    }
}

import Foundation
import SchedulerTesting
import Testing

private let kills = ProcessInfo.processInfo.environment["MUSTER_KILLS"].flatMap(Int.init) ?? 1
private let seed = ProcessInfo.processInfo.environment["MUSTER_KILLS_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999)

extension RealStories {
    /// SIGKILL at a random moment of a redact: of Muster's worker, of Synapse's main process, of both.
    ///
    /// `MUSTER_KILLS` says how often each; once unless it is set. `MUSTER_KILLS_SEED` repeats the moments of an earlier run.
    @Suite struct `A redact whose processes are killed` {
        enum Victim: String, CaseIterable { case worker, synapse, both }

        // I8
        @Test(.timeLimit(.minutes(kills > 1 ? 60 : 3)))
        func `leaves nothing readable and redacts nothing twice, with an application service`() async throws {
            try await eachVictim("application service", asService: true) { story, killed in
                try await killed.spam.expectRedactedOnce()
                let ends = try await story.synapse.forwardExtremities(in: killed.spam.rooms)
                #expect(ends.values.allSatisfy { $0 <= 2 }, "\(ends)")
                return 0
            }
        }

        /// In the name of a user whose own limit is in the way; what is on its way to a homeserver that dies may be done twice.
        // I8
        @Test(.enabled(if: kills > 1, "set MUSTER_KILLS to say how often"), .timeLimit(.minutes(60)))
        func `leaves nothing readable and the user's limit as it was, with a user's token`() async throws {
            try await eachVictim("user's token", asService: false) { story, killed in
                let limit = try await story.synapse.client.limit(of: killed.spam.spammer)
                #expect(limit == SynapseClient.Limit(messages_per_second: 2, burst_count: 9), "\(killed)")
                let twice = try await killed.spam.expectRedacted()
                #expect(twice <= 4, "\(killed): more than were on their way")
                return twice
            }
        }

        private func eachVictim(
            _ name: String, asService: Bool, _ check: (KillStory, KillStory.Killed) async throws -> Int
        ) async throws {
            var moments = SeededNumbers(seed: seed)
            print("MUSTER_KILLS_SEED=\(seed)")
            let synapse = try await RealSynapse.start(users: 1)
            try await withMusterFleet(on: .init(synapse, asService: asService)) { fleet in
                let story = KillStory(
                    synapse: synapse, fleet: fleet, worker: try await fleet.start("background_worker"), main: try await fleet.startMain())
                for victim in Victim.allCases {
                    var (slowest, twice) = (Duration.zero, 0)
                    for _ in 1...kills {
                        let spam = try await Spam.write(on: synapse, rooms: 3, messagesPerRoom: 12)
                        if !asService { try await synapse.client.limitRate(of: spam.spammer, perSecond: 2, burst: 9) }
                        let killed = try await story.kill(victim, at: Int.random(in: 1..<36, using: &moments), of: spam)
                        #expect(killed.resumed < .seconds(30), "\(killed)")
                        twice += try await check(story, killed)
                        slowest = max(slowest, killed.resumed)
                    }
                    print("\(name), \(victim) killed \(kills) times: going on after \(slowest) at the latest, \(twice) redacted twice")
                }
            }
            try await synapse.stop()
        }
    }
}

/// A redact in whose course processes are killed and started again.
private final class KillStory {
    struct Killed: CustomStringConvertible {
        let victim: RealStories.`A redact whose processes are killed`.Victim
        let moment: Int
        let spam: Spam
        /// How long after the restart the redact went on.
        let resumed: Duration
        let task: MusterTask

        var description: String { "\(victim) killed at \(moment) of \(spam.count), going on after \(resumed): \(task)" }
    }

    let synapse: RealSynapse
    private let fleet: MusterFleet
    private var worker: MusterProcess
    private let main: MusterClient

    init(synapse: RealSynapse, fleet: MusterFleet, worker: MusterProcess, main: MusterClient) {
        (self.synapse, self.fleet, self.worker, self.main) = (synapse, fleet, worker, main)
    }

    func kill(
        _ victim: RealStories.`A redact whose processes are killed`.Victim, at moment: Int, of spam: Spam
    ) async throws -> Killed {
        let id = try await main.redact(spam.path)
        let before = try await main.task(id, "the moment", within: .seconds(60)) {
            ($0.progress?.done ?? 0) >= moment || $0.status != "active" && $0.status != "scheduled"
        }
        if victim != .synapse { try await worker.kill() }
        if victim != .worker { try await synapse.kill(.main) }
        if victim != .worker { try await synapse.restart(.main) }
        if victim != .synapse { worker = try await fleet.start("background_worker") }
        let restarted = ContinuousClock.now
        _ = try await main.task(id, "going on", within: .seconds(60)) {
            $0.status == "complete" || $0.status == "active" && ($0.progress?.done ?? 0) > (before.progress?.done ?? 0)
        }
        let resumed = restarted.duration(to: .now)
        let task = try await main.ended(id, within: .seconds(90))
        let killed = Killed(victim: victim, moment: moment, spam: spam, resumed: resumed, task: task)
        print(killed)
        #expect(task.status == "complete", "\(killed)")
        return killed
    }
}

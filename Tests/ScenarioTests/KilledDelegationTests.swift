import Foundation
import SchedulerTesting
import Testing

private let kills = ProcessInfo.processInfo.environment["MUSTER_KILLS"].flatMap(Int.init) ?? 0

extension RealStories {
    /// SIGKILL while Synapse's own redact works in rooms that the user was banned from.
    ///
    /// Synapse begins such a redact anew, a minute after its restart; so what was done is done twice, as much as it was given at once.
    @Suite(.enabled(if: kills > 1, "set MUSTER_KILLS to say how often; each takes a minute"))
    struct `A redact by Synapse itself that is killed` {
        private static let largestWindow = 90

        // I8
        @Test(.timeLimit(.minutes(60)), arguments: [true, false])
        func `leaves nothing readable, and twice at most what Synapse was given at once`(_ killsSynapse: Bool) async throws {
            let synapse = try await RealSynapse.start(users: 1)
            try await withMusterFleet(on: .init(synapse, asService: true)) { fleet in
                var worker = try await fleet.start("background_worker")
                let main = try await fleet.startMain()
                for _ in 1...max(1, kills / 7) {
                    let spam = try await Spam.write(on: synapse, rooms: 1, messagesPerRoom: 60)
                    for room in spam.rooms { try await synapse.client.ban(spam.spammer, from: room, by: spam.owner) }
                    let moment = Int.random(in: 5..<50)
                    let id = try await main.redact(spam.path)
                    try await eventually("\(moment) redactions", timeout: .seconds(60)) { try await spam.redacted() >= moment }
                    if killsSynapse {
                        try await synapse.kill(.worker)
                        try await synapse.restart(.worker)
                    } else {
                        try await worker.kill()
                        worker = try await fleet.start("background_worker")
                    }
                    let start = ContinuousClock.now
                    let task = try await main.ended(id, within: .seconds(300))
                    let twice = try await spam.expectRedacted()
                    print(
                        "\(killsSynapse ? "Synapse's worker" : "Muster's worker") killed at \(moment) of \(spam.count) redacted by Synapse: "
                            + "complete \(start.duration(to: .now)) later, \(twice) redacted twice")
                    #expect(task.status == "complete", "\(task)")
                    #expect(twice <= (killsSynapse ? Self.largestWindow : 0), "\(task)")
                }
            }
            try await synapse.stop()
        }
    }
}

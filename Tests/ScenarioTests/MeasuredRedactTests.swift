import Foundation
import SchedulerTesting
import Testing

private let messages = ProcessInfo.processInfo.environment["MUSTER_MEASURE_REDACT"].flatMap(Int.init) ?? 0

extension RealStories {
    /// Muster's redact beside Synapse's own on the same homeserver; runs where `MUSTER_MEASURE_REDACT` says how many messages to write into each
    /// of ten rooms.
    @Suite(
        .enabled(if: messages > 0, "set MUSTER_MEASURE_REDACT to the number of messages in each of ten rooms"))
    struct `A redact beside Synapse's own` {
        @Test(.timeLimit(.minutes(30))) func `is measured`() async throws {
            let synapse = try await RealSynapse.start(users: 1, isDurable: true)
            try await own(synapse)
            try await ours("to main", synapse, .init(synapse, asService: true))
            try await ours("to the worker", synapse, .init(synapse, asService: true, throughWorker: true))
            try await synapse.stop()
        }

        private func own(_ synapse: RealSynapse) async throws {
            let spam = try await Spam.write(on: synapse, rooms: 10, messagesPerRoom: messages)
            let client = synapse.client
            let start = ContinuousClock.now
            let (_, sends) = try await Bystander.watching(client) {
                let answer = try await client.require("POST", spam.path, body: RedactBody()).decode(RedactAnswer.self)
                try await client.waitForJob(at: "/_synapse/admin/v1/user/redact_status/\(answer.redact_id)", within: .seconds(600))
            }
            try await report("Synapse's own", spam, start.duration(to: .now), sends, synapse)
        }

        private func ours(_ name: String, _ synapse: RealSynapse, _ homeserver: MusterFleet.Homeserver) async throws {
            let spam = try await Spam.write(on: synapse, rooms: 10, messagesPerRoom: messages)
            try await withMusterFleet(on: homeserver) { fleet in
                try await fleet.start("background_worker")
                let main = try await fleet.startMain()
                let start = ContinuousClock.now
                let (task, sends) = try await Bystander.watching(synapse.client) {
                    try await main.ended(try await main.redact(spam.path), within: .seconds(600))
                }
                #expect(task.status == "complete", "\(task)")
                try await report("Muster, \(name)", spam, start.duration(to: .now), sends, synapse)
                try await spam.expectRedactedOnce()
                let again = try await main.ended(try await main.redact(spam.path), within: .seconds(600))
                #expect(again.status == "complete")
                try await spam.expectRedactedOnce()
            }
        }

        private func report(
            _ name: String, _ spam: Spam, _ took: Duration, _ sends: [Duration], _ synapse: RealSynapse
        ) async throws {
            let ends = try await synapse.forwardExtremities(in: spam.rooms).values.max() ?? 0
            let redacted = try await spam.redacted()
            let rate = Double(spam.count + spam.rooms.count) / (took / .seconds(1))
            print(
                "\(name): \(redacted) of \(spam.count) in \(took), \((rate * 10).rounded() / 10)/s; sends p50 \(sends[sends.count / 2]), "
                    + "max \(sends[sends.count - 1]) of \(sends.count); at most \(ends) forward extremities")
        }
    }
}

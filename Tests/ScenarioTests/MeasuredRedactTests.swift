import Foundation
import SchedulerTesting
import Testing

private let messages = ProcessInfo.processInfo.environment["MUSTER_MEASURE_REDACT"].flatMap(Int.init) ?? 0
private let rooms = ProcessInfo.processInfo.environment["MUSTER_MEASURE_ROOMS"].flatMap(Int.init) ?? 10
private let rounds = ProcessInfo.processInfo.environment["MUSTER_MEASURE_ROUNDS"].flatMap(Int.init) ?? 3
private let concurrencies: [Int?] =
    ProcessInfo.processInfo.environment["MUSTER_MEASURE_CONCURRENCY"].map { $0.split(separator: ",").map { Int($0) } } ?? [nil]

extension RealStories {
    /// Muster's redact beside Synapse's own, in turns on the same homeserver.
    ///
    /// Runs where `MUSTER_MEASURE_REDACT` says how many messages to write into each of ten rooms, or of as many as `MUSTER_MEASURE_ROOMS` says;
    /// `MUSTER_MEASURE_ROUNDS` says how often. `MUSTER_MEASURE_REDACT=3 MUSTER_MEASURE_ROOMS=75` is the spammer who left little in many rooms.
    /// `MUSTER_MEASURE_CONCURRENCY=1,2,4` compares these instead of what is usual. `MUSTER_BINARY` names a `muster` that was built for release.
    @Suite(.enabled(if: messages > 0, "set MUSTER_MEASURE_REDACT to the number of messages in each room"))
    struct `A redact beside Synapse's own` {
        @Test(.timeLimit(.minutes(60))) func `is at least twice as fast, and no burden to others`() async throws {
            let synapse = try await RealSynapse.start(users: 1, isDurable: true)
            let worker = MusterFleet.Homeserver(synapse, asService: true, throughWorker: true)
            var (own, ours) = ([Measured](), [Int?: [Measured]]())
            try await withMusterFleet(on: worker) { fleet in
                try await fleet.start("background_worker", ["--log-level", "info"])
                let main = try await fleet.startMain(["--log-level", "info"])
                for _ in 0..<rounds {
                    let theirs = try await measureOwn(synapse)
                    own.append(theirs)
                    for concurrency in concurrencies {
                        ours[concurrency, default: []].append(try await measure(main, concurrency, synapse, asLongAs: theirs.took))
                    }
                }
            }
            try await synapse.stop()
            let theirs = Measured.median(own)
            print("\(rooms) rooms with \(messages), medians of \(rounds): Synapse's own \(theirs)")
            for concurrency in concurrencies { print("Muster, \(text(concurrency)): \(Measured.median(ours[concurrency] ?? []))") }
            guard let usual = ours[nil] else { return }
            let mine = Measured.median(usual)
            #expect(mine.rate >= 2 * theirs.rate)
            #expect(mine.halfOfSends <= theirs.halfOfSends, "a bystander's sends, p50")
        }

        private func text(_ concurrency: Int?) -> String { concurrency.map { "\($0) at once" } ?? "as is usual" }

        private func measureOwn(_ synapse: RealSynapse) async throws -> Measured {
            struct Status: Decodable {
                let status: String
            }
            let spam = try await Spam.write(on: synapse, rooms: rooms, messagesPerRoom: messages)
            let client = synapse.client
            let (took, sends) = try await Bystander.watching(client) {
                let start = ContinuousClock.now
                let answer = try await client.require("POST", spam.path, body: RedactBody()).decode(RedactAnswer.self)
                try await seldom {
                    let path = "/_synapse/admin/v1/user/redact_status/\(answer.redact_id)"
                    return try await client.require("GET", path).decode(Status.self).status == "complete"
                }
                return start.duration(to: .now)
            }
            return try await measured("Synapse's own", spam, took, sends, sends, synapse)
        }

        /// The bystander is watched for as long as Synapse's own redact took.
        private func measure(
            _ main: MusterClient, _ concurrency: Int?, _ synapse: RealSynapse, asLongAs span: Duration
        ) async throws -> Measured {
            let spam = try await Spam.write(on: synapse, rooms: rooms, messagesPerRoom: messages)
            let (took, sends, all) = try await Bystander.watching(synapse.client, atLeast: span) {
                let start = ContinuousClock.now
                let id = try await main.redact(spam.path, RedactBody(concurrency: concurrency))
                try await seldom { try await main.task(id).status == "complete" }
                return start.duration(to: .now)
            }
            let measured = try await measured("Muster, \(text(concurrency))", spam, took, sends, all, synapse)
            try await spam.expectRedactedOnce()
            // Few events are sent together.
            #expect(measured.extremities <= (messages > 3 ? 2 : 4))
            let again = try await main.ended(try await main.redact(spam.path), within: .seconds(600))
            #expect(again.status == "complete")
            try await spam.expectRedactedOnce()
            return measured
        }

        private func measured(
            _ name: String, _ spam: Spam, _ took: Duration, _ sends: [Duration], _ all: [Duration], _ synapse: RealSynapse
        ) async throws -> Measured {
            let extremities = try await synapse.forwardExtremities(in: spam.rooms).values.max() ?? 0
            let measured = Measured(
                took: took, rate: Double(spam.count + spam.rooms.count) / (took / .seconds(1)), halfOfSends: sends[sends.count / 2],
                tenthOfSends: sends[sends.count * 9 / 10], halfOfAll: all[all.count / 2], extremities: extremities,
                missed: spam.count - (try await spam.redacted()))
            print("\(name): \(measured) of \(spam.count) in \(took), \(sends.count) sends")
            return measured
        }

        /// Looks four times a second, so that looking is no load of its own.
        private func seldom(_ isOver: () async throws -> Bool) async throws {
            while try await !isOver() { try await ContinuousClock().sleep(for: .milliseconds(250)) }
        }
    }

    private struct Measured: CustomStringConvertible {
        let took: Duration
        /// Events a second.
        let rate: Double
        /// What half, and nine tenths, of a bystander's sends took at most.
        let halfOfSends, tenthOfSends: Duration
        /// What half of the sends took at most in the time that Synapse's own takes.
        let halfOfAll: Duration
        /// The most forward extremities of a room.
        let extremities: Int
        let missed: Int

        static func median(_ all: [Measured]) -> Measured {
            func middle<Value: Comparable>(_ value: (Measured) -> Value) -> Value { all.map(value).sorted()[all.count / 2] }
            return Measured(
                took: middle(\.took), rate: middle(\.rate), halfOfSends: middle(\.halfOfSends), tenthOfSends: middle(\.tenthOfSends),
                halfOfAll: middle(\.halfOfAll), extremities: middle(\.extremities), missed: middle(\.missed))
        }

        var description: String {
            func milliseconds(_ duration: Duration) -> Int { Int((duration / .milliseconds(1)).rounded()) }
            return "\((rate * 10).rounded() / 10) events/s, a bystander's send p50 \(milliseconds(halfOfSends)) ms, "
                + "p90 \(milliseconds(tenthOfSends)) ms, p50 for as long as Synapse's own takes \(milliseconds(halfOfAll)) ms, at most \(extremities) forward extremities, \(missed) missed"
        }
    }
}

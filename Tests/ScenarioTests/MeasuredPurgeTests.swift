import Foundation
import SchedulerTesting
import Testing

private let events = ProcessInfo.processInfo.environment["MUSTER_MEASURE_PURGE"].flatMap(Int.init) ?? 0
private let rounds = ProcessInfo.processInfo.environment["MUSTER_MEASURE_PURGE_ROUNDS"].flatMap(Int.init) ?? 1

extension RealStories {
    /// A purge in slices beside one of the homeserver's own, of the same room, whose homeserver is put back to what it was after each.
    ///
    /// Runs where `MUSTER_MEASURE_PURGE` says how many events to write into the room; `MUSTER_MEASURE_PURGE_ROUNDS` says how often each is done.
    @Suite(.enabled(if: events > 0, "set MUSTER_MEASURE_PURGE to the number of events in the room"))
    struct `A purge in slices beside one purge` {
        private struct PurgeBody: Encodable {
            let purge_up_to_event_id: String
            let delete_local_events = true
        }
        private struct PurgeAnswer: Decodable { let purge_id: String }

        @Test(.timeLimit(.minutes(60))) func `is measured`() async throws {
            let synapse = try await RealSynapse.start(users: 1, isDurable: true)
            let client = synapse.client
            let user = try await client.makeUser("writer")
            let id = try await client.createRoom(by: user)
            let start = ContinuousClock.now
            let written = try await client.sendMessages(events, to: id, as: user)
            let room = (id: id, bound: try #require(written.last))
            print("wrote \(events) events in \(start.duration(to: .now))")
            try await synapse.keep()
            let (own, ours) = try await withMusterFleet(on: .init(synapse)) { fleet in
                try await fleet.start("background_worker")
                let main = try await fleet.startMain()
                var (own, ours) = ([Duration](), [Duration]())
                for _ in 0..<rounds {
                    // By turns, so that neither side has the warmer machine.
                    own.append(try await self.own(room, client))
                    try await synapse.putBack()
                    ours.append(try await self.ours(room, main, client))
                    try await synapse.putBack()
                }
                try await cancelled(room, main, client)
                return (own.sorted(), ours.sorted())
            }
            let ratio = ours[rounds / 2] / own[rounds / 2]
            print("\(events) events, medians of \(rounds): one purge \(own[rounds / 2]), in slices \(ours[rounds / 2]), ratio \(ratio)")
            print("one purge: \(own); in slices: \(ours)")
            try await synapse.stop()
        }

        private func path(_ room: String) -> String { "/_synapse/admin/v1/purge_history/\(SynapseClient.encoded(room))" }

        private func own(_ room: (id: String, bound: String), _ client: SynapseClient) async throws -> Duration {
            let (took, sends) = try await Bystander.watching(client) {
                let start = ContinuousClock.now
                let body = PurgeBody(purge_up_to_event_id: room.bound)
                let answer = try await client.require("POST", path(room.id), body: body).decode(PurgeAnswer.self)
                try await client.waitForJob(at: "/_synapse/admin/v1/purge_history_status/\(answer.purge_id)", within: .seconds(600))
                return start.duration(to: .now)
            }
            return try await report("one purge", took, sends, room, client)
        }

        private func ours(
            _ room: (id: String, bound: String), _ main: MusterClient, _ client: SynapseClient
        ) async throws -> Duration {
            let (took, sends) = try await Bystander.watching(client) {
                let start = ContinuousClock.now
                let answer = try await main.require(
                    "POST", path(room.id), PurgeBody(purge_up_to_event_id: room.bound), as: PurgeAnswer.self)
                let task = try await main.ended(answer.purge_id, within: .seconds(600))
                #expect(task.status == "complete", "\(task)")
                return start.duration(to: .now)
            }
            return try await report("in slices", took, sends, room, client)
        }

        private func report(
            _ name: String, _ took: Duration, _ sends: [Duration], _ room: (id: String, bound: String), _ client: SynapseClient
        ) async throws -> Duration {
            let left = try await client.readAllMessages(in: room.id).map(\.id)
            #expect(left == [room.bound], "\(name) left \(left.count)")
            print("\(name): \(took); sends p50 \(sends[sends.count / 2]), max \(sends[sends.count - 1]) of \(sends.count)")
            return took
        }

        /// A cancel while the first slice is purged, and how long the purge goes on after it.
        private func cancelled(_ room: (id: String, bound: String), _ main: MusterClient, _ client: SynapseClient) async throws {
            let answer = try await main.require(
                "POST", path(room.id), PurgeBody(purge_up_to_event_id: room.bound), as: PurgeAnswer.self)
            let begun = try await main.task(answer.purge_id, "its plan", within: .seconds(120)) { $0.progress?.total ?? 0 > 0 }
            #expect(begun.progress?.done == 0)
            let start = ContinuousClock.now
            let cancelled = try await main.call("POST", "/_muster/v1/tasks/\(answer.purge_id)/cancel")
            #expect(cancelled.status == 200, "\(cancelled.text)")
            let task = try await main.ended(answer.purge_id)
            let took = start.duration(to: .now)
            #expect(task.status == "cancelled", "\(task)")
            let left = try await client.readAllMessages(in: room.id).count
            #expect(left > events / 10 && left < events)
            print("cancelled in \(took), \(left) of \(events) events left")
        }
    }
}

import Foundation
import SchedulerTesting
import Testing

private let events = ProcessInfo.processInfo.environment["MUSTER_MEASURE_PURGE"].flatMap(Int.init) ?? 0
private let rounds = ProcessInfo.processInfo.environment["MUSTER_MEASURE_PURGE_ROUNDS"].flatMap(Int.init) ?? 1

extension RealStories {
    /// A purge in slices beside one of the homeserver's own on the same Synapse; runs where `MUSTER_MEASURE_PURGE` says how many events to
    /// write into each of the rooms, and `MUSTER_MEASURE_PURGE_ROUNDS` how many rooms each side gets.
    @Suite(.enabled(if: events > 0, "set MUSTER_MEASURE_PURGE to the number of events in each room"))
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
            var rooms: [(id: String, bound: String)] = []
            for _ in 0..<rounds * 2 + 1 { rooms.append((try await client.createRoom(by: user), "")) }
            let start = ContinuousClock.now
            let written = try await client.sendMessages(events, toEach: rooms.map(\.id), as: user)
            for index in rooms.indices { rooms[index].bound = written[rooms[index].id]?.last ?? "" }
            print("wrote \(rooms.count) rooms of \(events) events in \(start.duration(to: .now))")
            let (own, ours) = try await withMusterFleet(on: .init(synapse)) { fleet in
                try await fleet.start("background_worker")
                let main = try await fleet.startMain()
                var (own, ours) = ([Duration](), [Duration]())
                for (number, room) in rooms.dropLast().enumerated() {
                    // By turns, so that neither side has the warmer machine.
                    if number % 2 == 0 {
                        own.append(try await self.own(room, client))
                    } else {
                        ours.append(try await self.ours(room, main, client))
                    }
                }
                try await cancelled(rooms[rooms.count - 1], main, client)
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

        /// A cancel once something is done, and how long the purge goes on after it.
        private func cancelled(_ room: (id: String, bound: String), _ main: MusterClient, _ client: SynapseClient) async throws {
            let answer = try await main.require(
                "POST", path(room.id), PurgeBody(purge_up_to_event_id: room.bound), as: PurgeAnswer.self)
            let begun = try await main.task(answer.purge_id, "its first slice", within: .seconds(120)) { $0.progress?.done ?? 0 > 0 }
            #expect(begun.progress?.total ?? 0 > begun.progress?.done ?? 0)
            let start = ContinuousClock.now
            let cancelled = try await main.call("POST", "/_muster/v1/tasks/\(answer.purge_id)/cancel")
            #expect(cancelled.status == 200, "\(cancelled.text)")
            let task = try await main.ended(answer.purge_id)
            let took = start.duration(to: .now)
            #expect(task.status == "cancelled", "\(task)")
            let left = try await client.readAllMessages(in: room.id).count
            #expect(left > events / 4 && left < events)
            print("cancelled in \(took), \(left) of \(events) events left")
        }
    }
}

import SchedulerTesting
import Testing

extension RealStories {
    /// The main job: an admin's REST call to `main`, the work done by `background_worker`, the end read back from Synapse.
    @Suite struct `An admin's request to main` {
        private struct RedactStatus: Decodable {
            let status: String
            let failed_redactions: [String: String]?
            let error: String?
        }

        private struct Status: Decodable {
            let status: String
            let error: String?
        }

        // I1, I2
        @Test func `a spammer's 300 messages in 5 rooms are redacted by the worker, not by main`() async throws {
            let synapse = try await RealSynapse.shared()
            let spam = try await Spam.write(on: synapse)
            try await withMusterFleet(on: .init(synapse)) { fleet in
                try await fleet.start("background_worker")
                let main = try await fleet.startMain()
                let start = ContinuousClock.now
                let id = try await main.redact(spam.path)
                let path = "/_synapse/admin/v1/user/redact_status/\(id)"
                var status = try await main.require("GET", path, as: RedactStatus.self)
                try await eventually("the end of the redact", timeout: .seconds(90)) {
                    status = try await main.require("GET", path)
                    return status.status == "complete" || status.status == "failed"
                }
                print("redacted \(spam.count) messages in \(start.duration(to: .now))")
                #expect(status.status == "complete" && status.failed_redactions == [:], "\(status)")
                try await spam.expectRedactedOnce()

                let task = try await main.task(id)
                #expect(task.instance == "background_worker" && task.attempt == 1 && task.failures == 0, "\(task)")
                let shown = try await MusterBinary.run(["tasks", "show", id, "--json"] + fleet.sharedConfiguration)
                #expect(shown.code == 0 && shown.output.contains("\"background_worker\"") && !shown.output.contains("\"main\""), "\(shown)")
            }
        }

        // I1, I2
        @Test func `a purge and a room delete are done by the worker, not by main`() async throws {
            let synapse = try await RealSynapse.shared()
            let client = synapse.client
            let user = try await client.makeUser("writer")
            let (old, gone) = (try await client.createRoom(by: user), try await client.createRoom(by: user))
            let messages = try await client.sendMessages(60, to: old, as: user, inFlight: 1)
            try await client.sendMessages(10, to: gone, as: user)
            try await withMusterFleet(on: .init(synapse)) { fleet in
                try await fleet.start("background_worker")
                let main = try await fleet.startMain()
                let purge = try await purge(old, upTo: messages[40], at: main)
                let delete = try await delete(gone, at: main)

                for id in [purge, delete] {
                    let task = try await main.ended(id)
                    #expect(task.status == "complete" && task.instance == "background_worker" && task.attempt == 1, "\(task)")
                }
                let purged: Status = try await main.require("GET", "/_synapse/admin/v1/purge_history_status/\(purge)")
                let deleted: Status = try await main.require("GET", "/_synapse/admin/v2/rooms/delete_status/\(delete)")
                #expect(purged.status == "complete" && deleted.status == "complete", "\(purged) \(deleted)")
                #expect(try await client.readAllMessages(in: old).map(\.id) == Array(messages[40...]))
                #expect(try await client.roomExists(gone) == false)
                #expect(try await client.roomExists(old))
            }
        }

        private func purge(_ room: String, upTo event: String, at main: MusterClient) async throws -> String {
            struct Body: Encodable {
                let purge_up_to_event_id: String
                let delete_local_events = true
            }
            struct Answer: Decodable {
                let purge_id: String
            }
            let path = "/_synapse/admin/v1/purge_history/\(SynapseClient.encoded(room))"
            return try await main.require("POST", path, Body(purge_up_to_event_id: event), as: Answer.self).purge_id
        }

        private func delete(_ room: String, at main: MusterClient) async throws -> String {
            struct Answer: Decodable {
                let delete_id: String
            }
            let path = "/_synapse/admin/v2/rooms/\(SynapseClient.encoded(room))"
            return try await main.require("DELETE", path, ["purge": true, "block": false], as: Answer.self).delete_id
        }
    }
}

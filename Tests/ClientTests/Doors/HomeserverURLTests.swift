import SchedulerTesting
import Testing

/// A worker whose `homeserver` section leads elsewhere than to Synapse's main process.
@Suite(.timeLimit(.minutes(3))) struct `A worker's homeserver` {
    private struct Deletion: Encodable, Sendable {
        var purge = true
        var block = false
    }

    private struct Answer: Decodable {
        let delete_id: String
    }

    private static let worker = "background_worker"

    /// The one line in which a worker with this section says why it does not start.
    private func refusal(_ section: String, _ fleet: MusterFleet) async throws -> String {
        try fleet.configure(Self.worker, "homeserver: {\(section)}")
        let worker = try await fleet.launch(Self.worker)
        #expect(try await worker.waitForEnd() == .exit(3))
        let lines = worker.lines.filter { $0.contains("handler_not_ready") }
        #expect(lines.count == 1, "\(worker.lines)")
        return lines.first ?? ""
    }

    @Test
    func
        `that leads to an nginx before Muster, to a worker of Synapse or nowhere is named at the start; mended, it works`()
        async throws
    {
        let synapse = try await RealSynapse.shared()
        let user = try await synapse.client.makeUser()
        let room = try await synapse.client.createRoom(by: user)
        try await withMusterFleet(on: .init(synapse), shared: "roll_call: {grace_period: 0s}") { fleet in
            let main = try await fleet.startMain()
            let path = "/_synapse/admin/v2/rooms/\(SynapseClient.encoded(room))"
            try await Nginx.with(muster: main.url, homeserver: synapse.url, serverName: "localhost") { url in
                // All but what Muster serves gets to Synapse, the check of the token among it.
                let loop = try await refusal("url: \"\(url)\"", fleet)
                for words in ["homeserver.url leads to a Muster", "redact_all_events", "shutdown_and_purge_room"] {
                    #expect(loop.contains(words), "\(loop)")
                }
                // Whoever asks is told at once, instead of waiting for what waits for itself.
                #expect(try await main.call("DELETE", path, Deletion()).status == 503)
                #expect(try await main.call("GET", "/health/ready").status == 503)
                let check = try await MusterBinary.run(
                    ["check", "--live"] + fleet.sharedConfiguration + fleet.workerConfiguration(Self.worker))
                #expect(check.code == 3 && check.output.contains(Self.worker), "\(check)")
            }
            let wrong = try await refusal("url: \"\(synapse.workerURL)\"", fleet)
            #expect(wrong.contains("homeserver.url leads to a worker of the homeserver"), "\(wrong)")

            // What does not answer may come back: it is named, and refuses no start.
            try fleet.configure(Self.worker, "homeserver: {client_url: \"http://127.0.0.1:1\"}")
            let away = try await fleet.start(Self.worker)
            let line = try await away.line(containing: "dependency_unreachable")
            #expect(
                line.contains("homeserver.client_url (http://127.0.0.1:1)") && line.contains("redact_all_events"),
                "\(line)")
            #expect(!line.contains("purge_history"), "\(line)")
            #expect(try await away.stop() == .exit(0))

            try fleet.configure(Self.worker, "homeserver: {client_url: \"\(synapse.workerURL)\"}")
            try await fleet.start(Self.worker)
            let id = try await main.require("DELETE", path, Deletion(), as: Answer.self).delete_id
            let task = try await main.ended(id)
            #expect(task.status == "complete" && task.failures == 0, "\(task)")
            #expect(try await synapse.client.roomExists(room) == false)
        }
    }
}

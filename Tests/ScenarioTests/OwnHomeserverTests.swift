import SchedulerTesting
import Testing

@testable import muster

/// `homeserver.url` of a worker is the address of Muster's own proxy, which answers for a homeserver.
///
/// A purge would wait for itself for ever.
@Suite(.timeLimit(.minutes(2))) struct `A worker whose homeserver is its own proxy` {
    /// A port that nobody listens on, and that no outgoing connection is given meanwhile.
    private static func port() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 12_000..<32_000)
            if ListenerProbe.problem(host: "127.0.0.1", port: port) == nil { return port }
        }
        throw NotInTime(description: "no free port in a hundred tries")
    }

    private func isLoop(_ line: String) -> Bool {
        ["homeserver.url leads to a Muster", "redact_all_events", "purge_history", "delete_rooms"].allSatisfy(line.contains)
    }

    @Test func `finds it out while it runs and when it starts, says so once, and nothing hangs`() async throws {
        let (port, name) = (try Self.port(), "background_worker")
        let shared = "roll_call: {grace_period: 0s}"
        try await SandboxFleet.with(resources: ["admin", "health", "proxy"], port: port, shared: shared) { sandbox in
            let fleet = sandbox.fleet
            try fleet.configure(name, "listeners: []\nhomeserver: {url: \"http://127.0.0.1:\(port)\"}")
            // Nothing answers there yet.
            let worker = try await fleet.start(name)
            let main = try await fleet.startMain()
            let id = try await sandbox.purge(at: main)
            let line = try await worker.line(containing: "handler_not_ready actions=", within: .seconds(30))
            #expect(isLoop(line) && worker.lines.count { $0.contains("handler_not_ready") } == 1, "\(worker.lines)")
            try await eventually("a fleet that is not ready") { try await main.call("GET", "/health/ready").status == 503 }
            let check = try await MusterBinary.run(["check", "--live"] + fleet.sharedConfiguration)
            #expect(check.code == 3 && check.output.contains("homeserver.url leads to a Muster"), "\(check)")
            #expect(try await main.call("POST", sandbox.redactPath, RedactBody()).status == 503)
            let waiting = try await main.task(id)
            #expect(["scheduled", "parked"].contains(waiting.status) && waiting.failures == 0, "\(waiting)")
            #expect(try await worker.stop() == .exit(0))

            let again = try await fleet.launch(name)
            #expect(try await again.waitForEnd() == .exit(3))
            let refusals = again.lines.filter { $0.contains("handler_not_ready") }
            #expect(refusals.count == 1 && refusals.allSatisfy(isLoop), "\(again.lines)")

            try fleet.configure(name, "")
            try await fleet.start(name)
            let task = try await main.ended(id)
            #expect(task.status == "complete" && task.failures == 0, "\(task)")
        }
    }
}

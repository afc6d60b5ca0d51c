import SandboxHomeserver
import SchedulerTesting
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(2))) struct `A redact that is cancelled` {
    @Test func `shows in its progress and in its result what the homeserver has done`() async throws {
        try await SandboxFleet.with { sandbox in
            try await sandbox.fleet.start("background_worker")
            let main = try await sandbox.fleet.startMain()
            let state = sandbox.world.state
            state.faults.inject(.slow(.milliseconds(100)), next: 10_000, pathContaining: "/redact/")
            let id = try await main.redact(sandbox.redactPath, RedactBody(concurrency: 2))
            try await eventually("some redactions") { sandbox.redactions.count { $0 > 0 } > 4 }
            #expect(try await main.call("POST", "/_muster/v1/tasks/\(id)/cancel").status == 200)
            #expect(try await main.ended(id).status == "cancelled")

            let task: JSONValue = try await main.require("GET", "/_muster/v1/tasks/\(id)")
            let done = sandbox.world.spam.messages.keys.reduce(0) { $0 + state.redactions(in: $1).count }
            #expect(done > 4 && done < 40, "\(done)")
            #expect(
                task["result"]?["redacted"]?.whole == Int64(done) && task["progress"]?["done"]?.whole == Int64(done),
                "\(task)")
            #expect(
                task["result"]?["verified"] == .bool(false) && task["result"]?["not_verified"]?.elements?.count == 1,
                "\(task)")
            let status: JSONValue = try await main.require("GET", "/_synapse/admin/v1/user/redact_status/\(id)")
            #expect(status["status"]?.text == "failed" && status["muster_status"]?.text == "cancelled", "\(status)")
        }
    }
}

import FoundationEssentials
import SandboxHomeserver
import SchedulerTesting
import Testing

@testable import muster

/// A homeserver that is away, one for which something else answers, one that refuses Muster's token: real processes on a sandbox.
@Suite(.timeLimit(.minutes(3)))
struct HomeserverAwayTests {
    private static let everything = 1_000_000

    @Test func `a fleet starts while its homeserver is away, counts as able, and works once it is back`() async throws {
        try await SandboxFleet.with { story in
            story.world.state.faults.inject(.proxyError(502), next: Self.everything)
            let worker = try await story.fleet.start("background_worker")
            let main = try await story.fleet.startMain()
            try await worker.line(containing: "dependency_unreachable actions=")
            try await eventually("ready") { try await main.call("GET", "/health/ready").status == 200 }
            story.world.state.faults.clear()
            let task = try await main.ended(try await main.redact(story.redactPath))
            #expect(task.status == "complete" && task.attempt == 1 && task.failures == 0, "\(task)")
            #expect(Set(story.redactions) == [1])
            try await worker.line(containing: "roll call clean")
        }
    }

    @Test(arguments: [SandboxFault.Kind.proxyError(200), .proxyError(502), .json("{}")])
    func `a redact before which something else speaks waits, says so, and ends with everything redacted once`(
        _ stranger: SandboxFault.Kind
    ) async throws {
        try await SandboxFleet.with { story in
            let worker = try await story.fleet.start("background_worker")
            let main = try await story.fleet.startMain()
            // From the twelfth redaction on, and for every other call from then.
            story.world.state.faults.inject(.slow(.milliseconds(50)), next: 12, pathContaining: "/redact/")
            let id = try await main.redact(story.redactPath)
            try await eventually("some redactions") { story.redactions.contains(1) }
            story.world.state.faults.inject(stranger, next: Self.everything)
            let line = try await worker.line(containing: "tasks wait for something outside", within: .seconds(40))
            #expect(line.contains("is not the homeserver: "), "\(line)")
            story.world.state.faults.clear()
            let task = try await main.ended(id)
            #expect(task.status == "complete" && task.attempt == 1 && task.failures == 0, "\(task)")
            #expect(Set(story.redactions) == [1])
        }
    }

    @Test func `a token that is revoked is said, holds tasks without cost, and is read again from its file`() async throws {
        try await SandboxFleet.with { story in
            let worker = try await story.fleet.start("background_worker")
            let first = try await story.fleet.startMain()
            let main = first.with(token: try story.world.state.createUser("second_admin", admin: true))
            try story.world.state.endSession(of: story.world.adminToken)
            let id = try await main.redact(story.redactPath)
            let line = try await worker.line(containing: "tasks wait for something outside", within: .seconds(30))
            #expect(line.contains("M_UNKNOWN_TOKEN"), "\(line)")
            let finding = try await worker.line(containing: "handler_not_ready actions=", within: .seconds(30))
            // One cause, one line, whichever actions it stops.
            for action in ["redact_all_events", "purge_history", "delete_rooms", "deactivate_user", "restore_rate_limit"] {
                #expect(finding.contains(action), "\(finding)")
            }
            #expect(worker.lines.count { $0.contains("handler_not_ready") } == 1, "\(worker.lines)")
            try await eventually("a fleet that is not ready", timeout: .seconds(30)) {
                try await main.call("GET", "/health/ready").status == 503
            }
            #expect(try await main.call("POST", story.redactPath, ["rooms": [String]()]).status == 503)
            try story.fleet.write(main.secret, to: "admin_token")
            let task = try await main.ended(id)
            #expect(task.status == "complete" && task.failures == 0, "\(task)")
            #expect(Set(story.redactions) == [1])
            #expect(!worker.lines.contains { $0.contains(main.secret) || $0.contains(story.world.adminToken) })  // I11
        }
    }
}

import Foundation
import SchedulerTesting
import Testing

@testable import muster

/// The bug that Muster exists to make impossible: a task is accepted and routed to a process that has no handler for it.
@Suite(.timeLimit(.minutes(3))) struct `A worker without the redact handler` {
    private static let lacking = ["--without-handler", "redact_all_events"]
    private static let older = ["--without-action", "redact_all_events"]

    @Test func `refuses to start, and says what, where and what to do`() async throws {
        try await SandboxFleet.with { sandbox in
            let worker = try await sandbox.fleet.launch("background_worker", Self.lacking)
            #expect(try await worker.waitForEnd() == .exit(3))
            let line = try #require(worker.lines.first { $0.contains("missing_handler") }, "\(worker.lines)")
            for word in ["redact_all_events", "background_worker", "run_background_tasks_on", "Register the handler"] {
                #expect(line.contains(word), "\(line)")
            }
            #expect(worker.lines.count { $0.contains("missing_handler") } == 1)
            let processes = try await MusterBinary.run(["processes", "--json"] + sandbox.fleet.sharedConfiguration)
            #expect(processes.code == 0 && !processes.output.contains("background_worker"), "\(processes)")
        }
    }

    // I3
    @Test func `that runs already makes main refuse redacts by its name, while a purge goes on`() async throws {
        struct Refusal: Decodable {
            let errcode, error: String
            let processes: [String]
        }
        try await SandboxFleet.with { sandbox in
            try await sandbox.fleet.start("background_worker", Self.older)
            let main = try await sandbox.fleet.startMain()
            let reply = try await main.call("POST", sandbox.redactPath, RedactBody())
            #expect(reply.status == 503)
            let refusal: Refusal = try reply.decode()
            #expect(refusal.errcode == "M_MUSTER_NO_HANDLER" && refusal.processes == ["background_worker"], "\(refusal)")
            #expect(refusal.error.contains("redact_all_events") && refusal.error.contains("background_worker"), "\(refusal)")
            #expect(try await main.call("GET", "/health/ready").status == 503)
            // Nor what can do nothing without it.
            for action in ["redact_users", "redact_and_deactivate_user"] {
                let user = JSONValue.string(sandbox.world.spam.spammer)
                let params: JSONValue = action == "redact_users" ? ["users": .array([user])] : ["user_id": user]
                let body: JSONValue = ["action": .string(action), "params": params]
                let reply = try await main.call("POST", "/_muster/v1/tasks", body)
                #expect(reply.status == 503 && reply.text.contains("redact_all_events"), "\(reply.text)")
            }

            let purge = try await main.ended(try await sandbox.purge(at: main))
            #expect(purge.status == "complete" && purge.instance == "background_worker", "\(purge)")
            #expect(sandbox.redactions.allSatisfy { $0 == 0 })
        }
    }

    // I3, I5
    @Test func `lets redacts be parked where that is configured, and they complete by themselves once it is replaced`() async throws {
        try await SandboxFleet.with(shared: "roll_call: {on_uncovered: park}") { sandbox in
            let old = try await sandbox.fleet.start("background_worker", Self.older)
            let main = try await sandbox.fleet.startMain()
            let id = try await main.redact(sandbox.redactPath)
            let parked = try await main.task(id)
            #expect(parked.status == "parked" && parked.attempt == 0, "\(parked)")
            let listed = try await MusterBinary.run(["tasks", "--json"] + sandbox.fleet.sharedConfiguration)
            #expect(listed.code == 0 && listed.output.contains("\"parked\"") && listed.output.contains(id), "\(listed)")
            let purge = try await main.ended(try await sandbox.purge(at: main))
            #expect(purge.status == "complete", "\(purge)")
            #expect(try await main.task(id).status == "parked")

            #expect(try await old.stop() == .exit(0))
            let replaced = ContinuousClock.now
            try await sandbox.fleet.start("background_worker")
            let task = try await main.ended(id, within: .seconds(20))
            print("a parked redact was complete \(replaced.duration(to: .now)) after its worker was replaced")
            #expect(task.status == "complete" && task.instance == "background_worker", "\(task)")
            #expect(task.attempt == 1 && task.failures == 0 && task.crashes == 0 && task.interruptions == 0, "\(task)")
            #expect(sandbox.redactions.allSatisfy { $0 == 1 })
        }
    }

    @Test func `is found by a live check, and a good one passes`() async throws {
        try await SandboxFleet.with { sandbox in
            let fleet = sandbox.fleet
            let check = ["check", "--live"] + fleet.sharedConfiguration + fleet.workerConfiguration("background_worker")
            let old = try await fleet.start("background_worker", Self.older)
            _ = try await fleet.startMain()
            let bad = try await MusterBinary.run(check)
            #expect(bad.code == 3, "\(bad)")
            for word in ["missing_handler", "redact_all_events", "background_worker"] { #expect(bad.output.contains(word), "\(bad)") }
            try await old.stop()
            try await fleet.start("background_worker")
            let good = try await MusterBinary.run(check)
            #expect(good.code == 0, "\(good)")
        }
    }

    @Test func `is stopped before its release, when its manifest is checked`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-manifest-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: folder) }
        let manifest = try await MusterBinary.run(["manifest", "--json"] + Self.lacking)
        #expect(manifest.code == 0 && manifest.output.contains("purge_history") && !manifest.output.contains("redact_all_events"))
        try Data(manifest.output.utf8).write(to: folder)
        try await SandboxFleet.with { sandbox in
            let check = try await MusterBinary.run(
                ["check", "--manifest", folder.path] + sandbox.fleet.sharedConfiguration
                    + sandbox.fleet.workerConfiguration("background_worker"))
            #expect(check.code == 3 && check.output.contains("redact_all_events"), "\(check)")
        }
        let unknown = try await MusterBinary.run(["manifest", "--without-action", "redact_everything"])
        #expect(unknown.code == 64 && unknown.error.contains("redact_everything"), "\(unknown)")
    }
}

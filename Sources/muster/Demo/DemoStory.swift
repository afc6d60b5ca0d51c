import AsyncHTTPClient
import Foundation
import HomeserverClient
import Scheduler

/// What happens in a demo once everything runs: submit over REST, watch, read back.
struct DemoStory: Sendable {
    let world: DemoWorld
    let rest: DemoREST
    let scheduler: TaskScheduler
    let homeserver: HomeserverClient
    /// Whether standard output is for a program alone.
    let json: Bool

    /// Waits until both processes have answered the roll call and the main one takes requests.
    func waitUntilReady() async throws {
        while true {
            if try await isReady() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Submits the redact and the purge, follows them to their end and reads the homeserver back.
    func play() async throws -> DemoReport {
        say("Submitting over REST, as a server admin of the sandbox:")
        let redactPath = "/_synapse/admin/v1/user/\(DemoREST.escape(world.spam.spammer))/redact"
        let redact = try await submit(redactPath, ["rooms": .array([]), "reason": .string("spam"), "limit": .integer(10_000)], "redact_id")
        let purgePath = "/_synapse/admin/v1/purge_history/\(DemoREST.escape(world.oldRoom))"
        let purge = try await submit(
            purgePath, ["purge_up_to_ts": .integer(world.purgeUpTo), "delete_local_events": .bool(true)], "purge_id")
        say("")
        let ended = try await follow([redact, purge])
        say("")
        let verification = try await DemoVerification.read(world, through: homeserver)
        return DemoReport(redact: ended[0], purge: ended[1], world: world, verification: verification)
    }

    private func isReady() async throws -> Bool {
        // The port opens a moment after the process has started: until then the connection is refused.
        guard let answer = try? await rest.get("/health/ready"), answer.status == 200 else {
            try Task.checkCancellation()
            return false
        }
        return try await scheduler.rollCall().coverage.allSatisfy { $0.state == .covered }
    }

    private func submit(_ path: String, _ body: JSONValue, _ idKey: String) async throws -> TaskID {
        let text = try await rest.submit(path, body, idKey: idKey)
        say("  POST \(path)  ->  {\"\(idKey)\": \"\(InertText.make(text))\"}")
        guard let id = TaskID(text) else { throw CommandFailure(.failed, "The answer's \(idKey) is no task id.") }
        return id
    }

    private func follow(_ ids: [TaskID]) async throws -> [TaskRecord] {
        let terminal = Terminal.output
        var lines = LiveLines(terminal: terminal)
        while true {
            var tasks: [TaskRecord] = []
            for id in ids {
                guard let task = try await scheduler.task(id) else { throw CommandFailure.noTask(id) }
                tasks.append(task)
            }
            if !json { lines.show(tasks.map { ProgressLine.make($0, now: Date(), terminal: terminal) }) }
            try Printer.requireOutput()
            guard let unfinished = tasks.first(where: { !$0.status.isFinal }) else { return tasks }
            _ = try await scheduler.wait(for: unfinished.id, timeout: .milliseconds(150))
        }
    }

    private func say(_ text: String) { if !json { Printer.line(text) } }
}

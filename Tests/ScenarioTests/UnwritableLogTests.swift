import Glibc
import SchedulerTesting
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(3))) struct `A log that cannot be written` {
    @Test func `on a full disk ends nothing: work is done to its end`() async throws {  // I1, I8
        try await SandboxFleet.with { sandbox in
            let worker = try await sandbox.fleet.launch(
                "background_worker", wrapper: ["sh", "-c", "exec \"$@\" 2>/dev/full", "sh"])
            let main = try await sandbox.fleet.startMain()
            let id = try await main.redact(sandbox.redactPath)
            let task = try await main.ended(id, within: .seconds(40))
            #expect(task.status == "complete" && task.failures == 0, "\(task)")
            #expect(sandbox.redactions.allSatisfy { $0 == 1 })
            #expect(worker.end == nil && worker.lines.isEmpty)
            // It stops as it should, too: what cannot be said holds it up for a second at most.
            #expect(try await worker.stop() == .exit(0))
        }
    }

    @Test func `a refusal to start on a full disk keeps its exit code`() async throws {
        try await SandboxFleet.with { sandbox in
            let worker = try await sandbox.fleet.launch(
                "background_worker", ["--without-handler", "redact_all_events"], wrapper: ["sh", "-c", "exec \"$@\" 2>/dev/full", "sh"])
            #expect(try await worker.waitForEnd() == .exit(ExitStatus.rollCall.rawValue))
        }
    }

    @Test func `because its reader pauses holds up no request, and no line is lost`() async throws {  // I9
        try await SandboxFleet.with { sandbox in
            let pipe = try PausedPipe()
            let process = try await sandbox.fleet.launch("main", wrapper: pipe.wrapper)
            var log = ""
            func lines(containing text: String) -> [Substring] { log.split(separator: "\n").filter { $0.contains(text) } }
            try await eventually("the listener", timeout: .seconds(30)) {
                log += pipe.read()
                return log.hasSuffix("\n") && !lines(containing: "\"listening\"").isEmpty
            }
            let client = try sandbox.fleet.client(listening: String(lines(containing: "\"listening\"")[0]))

            // Nobody reads now: 400 lines are some thirty times what the pipe holds.
            for number in 0..<400 {
                let reply = try await client.call("GET", "/_muster/v1/tasks?limit=\(number % 100 + 1)")
                #expect(reply.status == 200)
            }
            #expect(process.end == nil)

            try await eventually("all that was said meanwhile", timeout: .seconds(30)) {
                log += pipe.read()
                return lines(containing: "\"message\":\"request\"").count >= 400
            }
            #expect(lines(containing: "were dropped").isEmpty)
        }
    }
}

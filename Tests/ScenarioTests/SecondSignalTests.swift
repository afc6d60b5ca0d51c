import Glibc
import SchedulerTesting
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(3))) struct `A second signal` {
    // I5, I8
    @Test(arguments: [SIGTERM, SIGINT])
    func `ends a worker at once, and the same worker goes on when it is started again`(second: Int32) async throws {
        try await SandboxFleet.with(shared: "worker: {shutdown_grace_period: 60s}") { sandbox in
            sandbox.world.state.faults.inject(.slow(.seconds(1)), next: 1000, method: "PUT", pathContaining: "/redact/")
            let worker = try await sandbox.fleet.start("background_worker")
            let main = try await sandbox.fleet.startMain()
            let id = try await main.redact(sandbox.redactPath)
            try await worker.line(containing: "attempt started")
            try await eventually("the first redaction") { sandbox.redactions.contains(1) }
            worker.send(SIGTERM)
            try await worker.line(containing: "stop requested")
            let sent = ContinuousClock.now
            worker.send(second)
            #expect(try await worker.waitForEnd() == .exit(128 + second))
            #expect(sent.duration(to: .now) < .seconds(5))

            // What the homeserver was already asked to redact it redacts, whoever has ended.
            try await eventually("the end of what was under way") { sandbox.redactionsInFlight == 0 }
            sandbox.world.state.faults.clear()
            try await sandbox.fleet.start("background_worker")
            let task = try await main.ended(id, within: .seconds(20))
            print("ended by a second signal, complete \(sent.duration(to: .now)) later")
            #expect(task.status == "complete" && task.failures == 0, "\(task)")
            #expect(sandbox.redactions.allSatisfy { $0 == 1 }, "\(sandbox.redactions)")
        }
    }
}

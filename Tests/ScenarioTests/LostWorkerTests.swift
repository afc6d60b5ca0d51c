import Glibc
import SchedulerTesting
import Testing

extension RealStories {
    /// What happens to a redact whose process goes away in the middle of it.
    @Suite struct `A worker that goes away in mid-redact` {
        private static let workers = ["worker1", "worker2"]

        /// Waits until two thirds of the events are redacted and returns the task, which knows who runs it.
        private func mostDone(_ id: String, of spam: Spam, at main: MusterClient) async throws -> MusterTask {
            let task = try await main.task(id, "two thirds", within: .seconds(60)) { ($0.progress?.done ?? 0) * 3 >= spam.count * 2 }
            try #require(task.status == "active", "\(task)")
            return task
        }

        // I4, I5, I8
        @Test func `one that is killed is replaced within 30 seconds, and every event is redacted once`() async throws {
            let synapse = try await RealSynapse.shared()
            let spam = try await Spam.write(on: synapse)
            // The defaults of the heartbeat: that is the claim. With transaction ids that outlive the process: with a user's token those that were
            // on their way to the homeserver just then may be redacted twice.
            try await withMusterFleet(on: .init(synapse, asService: true), workers: Self.workers) { fleet in
                let processes = [try await fleet.start("worker1"), try await fleet.start("worker2")]
                let main = try await fleet.startMain()
                let id = try await main.redact(spam.path)
                let before = try await mostDone(id, of: spam, at: main)
                let victim = try #require(processes.first { $0.instance == before.instance })
                #expect(try await victim.kill() == .signal(SIGKILL))
                let killed = ContinuousClock.now
                let redacted = try await spam.redacted()
                #expect(redacted < spam.count)

                let taken = try await main.task(id, "another process", within: .seconds(40)) {
                    $0.instance != nil && $0.instance != victim.instance
                }
                let takenOver = killed.duration(to: .now)
                let task = try await main.ended(id)
                let seconds = killed.duration(to: .now)
                let by = taken.instance ?? ""
                print("killed at \(redacted) of \(spam.count); taken over by \(by) after \(takenOver), complete after \(seconds)")
                #expect(seconds < .seconds(30))
                #expect(task.status == "complete" && task.instance != victim.instance, "\(task)")
                #expect(task.attempt == 2 && task.crashes == 1 && task.failures == 0, "\(task)")
                try await spam.expectRedactedOnce()
            }
        }

        // I5, I8
        @Test func `one that is stopped gives its task back untouched, and the other goes on`() async throws {
            let synapse = try await RealSynapse.shared()
            let spam = try await Spam.write(on: synapse)
            let shared = "worker: {shutdown_grace_period: 0s}"
            try await withMusterFleet(on: .init(synapse), workers: Self.workers, shared: shared) { fleet in
                let processes = [try await fleet.start("worker1"), try await fleet.start("worker2")]
                let main = try await fleet.startMain()
                let id = try await main.redact(spam.path)
                let before = try await mostDone(id, of: spam, at: main)
                let stopped = try #require(processes.first { $0.instance == before.instance })
                let signalled = ContinuousClock.now
                #expect(try await stopped.stop() == .exit(0))
                let stopping = signalled.duration(to: .now)

                let task = try await main.ended(id)
                print(
                    "stopped in \(stopping) at \(before.progress?.done ?? 0) of \(spam.count); complete after \(signalled.duration(to: .now))"
                )
                #expect(task.status == "complete" && task.instance != stopped.instance, "\(task)")
                #expect(task.attempt == 1 && task.interruptions == 1 && task.crashes == 0 && task.failures == 0, "\(task)")
                let tries = try await main.attempts(of: id)
                #expect(tries.contains { $0.outcome == "interrupted" && $0.instance == stopped.instance }, "\(tries)")
                try await spam.expectRedactedOnce()
            }
        }
    }
}

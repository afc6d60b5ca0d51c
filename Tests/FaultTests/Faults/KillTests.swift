import FaultLedger
import Foundation
import Glibc
import SchedulerTesting
import Testing

/// Processes that die.
@Suite(.timeLimit(.minutes(5)))
struct KillTests {
    /// Long enough that a kill cuts some.
    private static let plan = FleetPlan(rate: 40, make: { .mixed($0) })

    @Test func `SIGKILL of one worker loses nothing`() async throws {  // I5, I8
        try await withFaultFleet(Self.plan) { fleet in
            let one = try await fleet.start("one")
            let others = [try await fleet.start("two"), try await fleet.start("three")]
            await fleet.load.start()
            try await fleet.warmUp([one] + others)
            let (cut, killed) = try await fleet.kill(one)
            let recovery = try await fleet.rerun(cut, after: killed, within: .seconds(20))
            let judgement = try await fleet.judge(disturbed: [one], mayRepeat: 20)
            try FaultReport.note(
                10, "SIGKILL of one worker of three", judgement, bound: 20, recovery: recovery, "until its tasks run elsewhere")
        }
    }

    @Test(.enabled(if: FaultReport.isWhole))
    func `SIGKILL of a worker on another machine is noticed within 25 s with default settings`() async throws {  // I5, I8
        guard geteuid() == 0 else {
            return try FaultReport.skip(11, "SIGKILL of one worker on another machine", because: "needs root for a pid namespace")
        }
        var plan = Self.plan
        plan.isDefault = true
        try await withFaultFleet(plan) { fleet in
            // In a pid namespace of its own nobody can see that its process is gone: only the heartbeat tells. With a /proc that fits, as in
            // a container: libdispatch looks its threads up there, and ends the process when it finds another's.
            let one = try await fleet.start("one", wrapper: ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child=KILL"])
            let others = [try await fleet.start("two"), try await fleet.start("three")]
            await fleet.load.start()
            try await fleet.warmUp([one] + others)
            // A fleet judges only after it has seen the database for a whole dead interval.
            try await eventually("a fleet that may judge", timeout: .seconds(40)) { fleet.age(of: others) > 21 }
            let (cut, killed) = try await fleet.kill(one)
            let recovery = try await fleet.rerun(cut, after: killed, within: .seconds(40))
            #expect(recovery <= .seconds(25))
            let judgement = try await fleet.judge(disturbed: [one], mayRepeat: 20)
            try FaultReport.note(
                11, "SIGKILL of one worker on another machine, default settings", judgement, bound: 20, recovery: recovery,
                "until its tasks run elsewhere")
        }
    }

    @Test func `SIGKILL of all workers at once loses nothing`() async throws {  // I5, I8
        try await withFaultFleet(Self.plan) { fleet in
            var members: [FaultFleet.Member] = []
            for name in fleet.orders.runsOn { members.append(try await fleet.start(name)) }
            await fleet.load.start()
            try await fleet.warmUp(members)
            try await eventually("work in hand", timeout: .seconds(20)) { try await !fleet.ledger.running().isEmpty }
            let killed = Date()
            for member in members { member.process.send(SIGKILL) }
            for member in members { try await member.process.kill() }
            let cut = try await fleet.ledger.running()
            for name in fleet.orders.runsOn { try await fleet.start(name) }
            let recovery = try await fleet.rerun(cut, after: killed, within: .seconds(30))
            let judgement = try await fleet.judge(disturbed: members, mayRepeat: 60)
            try FaultReport.note(
                12, "SIGKILL of all workers, started again", judgement, bound: 60, recovery: recovery, "until all their tasks run again")
        }
    }

    @Test(.enabled(if: FaultReport.isWhole))
    func `SIGKILL again and again loses nothing and quarantines no innocent`() async throws {  // I5, I8
        try await withFaultFleet(Self.plan) { fleet in
            var running: [String: FaultFleet.Member] = [:]
            for name in fleet.orders.runsOn { running[name] = try await fleet.start(name) }
            await fleet.load.start()
            try await fleet.warmUp(Array(running.values))
            var dead: [FaultFleet.Member] = []
            var last = (cut: [Ledger.Entry](), at: Date())
            for round in 0..<10 {
                let name = fleet.orders.runsOn[round % fleet.orders.runsOn.count]
                guard let victim = running[name] else { continue }
                last = try await fleet.kill(victim)
                // A task that is cut by three deaths is quarantined, whoever's fault they were; so nobody is hit twice.
                try await fleet.finished(Set(last.cut.map(\.task)), within: .seconds(30))
                dead.append(victim)
                let next = try await fleet.start(name)
                running[name] = next
                try await fleet.warmUp([next])
            }
            let recovery = try await fleet.rerun(last.cut, after: last.at, within: .seconds(20))
            let judgement = try await fleet.judge(disturbed: dead, mayRepeat: 200)
            try FaultReport.note(
                13, "SIGKILL of one worker after the other, ten times", judgement, bound: 200, recovery: recovery,
                "until the last one's tasks run again")
        }
    }
}

extension FaultFleet {
    /// Kills a worker that has work in hand, and tells which runs that cut, and when.
    func kill(_ member: Member) async throws -> (cut: [Ledger.Entry], at: Date) {
        try await eventually("work in hand", timeout: .seconds(20)) { try await !ledger.running(on: member.boot).isEmpty }
        let lines = member.process.lines.suffix(20).joined(separator: "\n")
        #expect(member.process.end == nil, "It had ended by itself; its last lines: \(lines)")
        let killed = Date()
        try await member.process.kill()
        return (try await ledger.running(on: member.boot), killed)
    }

    /// Waits until these tasks have ended, and all others that saw a process die: what a dead process held and had not begun counts too.
    func finished(_ tasks: Set<Int64>, within limit: Duration) async throws {
        try await eventually("the end of \(tasks.count) tasks", timeout: limit) {
            try await self.tasks().allSatisfy {
                ["complete", "failed"].contains($0.status) || !tasks.contains($0.id) && $0.crashes == 0
            }
        }
    }

    /// Seconds since the youngest of these was started.
    func age(of members: [Member]) -> Double {
        members.map { Date().timeIntervalSince($0.since) }.min() ?? 0
    }
}

import FaultLedger
import Foundation
import Glibc
import SchedulerTesting
import Testing

/// Processes that are stopped: frozen, or asked to go.
@Suite(.timeLimit(.minutes(5)))
struct StopTests {
    @Test func `a worker that was frozen for longer than the dead interval changes nothing when it wakes`() async throws {  // I4, I7
        let plan = FleetPlan(rate: 40, make: { .mixed($0) })
        try await withFaultFleet(plan) { fleet in
            let one = try await fleet.start("one")
            let others = [try await fleet.start("two"), try await fleet.start("three")]
            await fleet.load.start()
            try await fleet.warmUp([one] + others)
            try await eventually("a fleet that may judge", timeout: .seconds(40)) { fleet.age(of: others) > 4.5 }
            try await eventually("work in hand", timeout: .seconds(20)) { try await !fleet.ledger.running(on: one.boot).isEmpty }
            let frozen = Date()
            one.process.send(SIGSTOP)
            let cut = try await fleet.ledger.running(on: one.boot)
            let recovery = try await fleet.rerun(cut, after: frozen, within: .seconds(30))
            // Its tasks have new owners by now, and it holds claims that it does not know to be lost.
            one.process.send(SIGCONT)
            try await one.process.line(containing: "handlers stopped", within: .seconds(20))
            let back = Date()
            try await eventually("the zombie at work again", timeout: .seconds(30)) {
                try await fleet.ledger.entries().contains { $0.boot == one.boot && $0.moment == .start && $0.at > back }
            }
            #expect(one.process.end == nil)
            let judgement = try await fleet.judge(disturbed: [one], mayRepeat: 20)
            try FaultReport.note(
                20, "SIGSTOP past the dead interval, then SIGCONT", judgement, bound: 20, recovery: recovery,
                "until its tasks run elsewhere (dead after 4 s)")
        }
    }

    @Test func `SIGTERM under load costs no task anything`() async throws {  // I5
        // Every tenth task is longer than the time that is left to it.
        let plan = FleetPlan(rate: 40, make: { .plain($0, work: $0 % 40 == 0 ? 6000 : 20) })
        try await withFaultFleet(plan) { fleet in
            let one = try await fleet.start("one") { $0.grace = 1000 }
            let two = try await fleet.start("two")
            await fleet.load.start()
            try await fleet.warmUp([one, two])
            try await eventually("a long task in hand", timeout: .seconds(30)) {
                try await fleet.ledger.running(on: one.boot).contains { Date().timeIntervalSince($0.at) > 1 }
            }
            let asked = Date()
            one.process.send(SIGTERM)
            let end = try await one.process.waitForEnd(within: .seconds(20))
            #expect(end == .exit(0))
            let recovery = Duration.seconds(Date().timeIntervalSince(asked))
            try await fleet.load.stop()
            let rows = try await fleet.tasks()
            #expect(rows.allSatisfy { $0.crashes == 0 && $0.attempt <= 1 }, "a shutdown cost an attempt")
            // A long task that is cut in its second half has had its effect. One that had returned may not run again: nothing is disturbed.
            let judgement = try await fleet.judge(within: .seconds(90), mayRepeat: 20)
            try FaultReport.note(
                21, "SIGTERM under load, short and long tasks", judgement, bound: 20, recovery: recovery, "until it had left (grace 1 s)")
        }
    }

    @Test func `SIGTERM beside a database that says nothing ends within the grace and ten seconds`() async throws {  // I8, I9
        let proxies = ProxyOfStore()
        var plan = FleetPlan(workers: ["one", "two"], rate: 40, make: { .mixed($0) })
        plan.reach = { store in try proxies.reach(store) }
        plan.isLoadDirect = true
        try await withFaultFleet(plan) { fleet in
            let proxy = try proxies.proxy()
            let one = try await fleet.start("one") { $0.grace = 2000 }
            let direct = fleet.store.tcp
            let two = try await fleet.start("two") { $0.store = direct }
            await fleet.load.start()
            try await fleet.warmUp([one, two])
            try await eventually("work in hand", timeout: .seconds(20)) { try await !fleet.ledger.running(on: one.boot).isEmpty }
            proxy.begin(.silence)
            one.process.send(SIGTERM)
            let took = try await ContinuousClock().measure {
                let end = try await one.process.waitForEnd(within: .seconds(60))
                #expect(end == .exit(0))
            }
            print("ended \(took) after SIGTERM beside a silent database, grace 2 s")
            #expect(took < .seconds(12))
            proxy.begin(.none)
            let judgement = try await fleet.judge(disturbed: [one], mayRepeat: 20)
            #expect(judgement.violations.isEmpty, "\(judgement.violations)")
            proxy.close()
        }
    }

    @Test(.enabled(if: FaultReport.isWhole)) func `a second SIGTERM is a kill that loses nothing`() async throws {  // I8
        let plan = FleetPlan(rate: 40, make: { .plain($0, work: $0 % 10 == 0 ? 4000 : 20) })
        try await withFaultFleet(plan) { fleet in
            let one = try await fleet.start("one") { $0.grace = 60_000 }
            let two = try await fleet.start("two")
            await fleet.load.start()
            try await fleet.warmUp([one, two])
            try await eventually("work in hand", timeout: .seconds(20)) { try await !fleet.ledger.running(on: one.boot).isEmpty }
            one.process.send(SIGTERM)
            try await eventually("a draining worker", timeout: .seconds(10)) { try await fleet.isDraining("one") }
            let asked = Date()
            one.process.send(SIGTERM)
            let end = try await one.process.waitForEnd(within: .seconds(5))
            #expect(end == .exit(128 + SIGTERM))
            let cut = try await fleet.ledger.running(on: one.boot)
            let recovery = try await fleet.rerun(cut, after: asked, within: .seconds(30))
            let judgement = try await fleet.judge(disturbed: [one], mayRepeat: 20)
            try FaultReport.note(
                22, "a second SIGTERM", judgement, bound: 20, recovery: recovery, "until its tasks run elsewhere")
        }
    }
}

import FaultLedger
import Foundation
import Glibc
import SchedulerTesting
import Testing

/// A network that cuts connections in the middle of a word, or carries nothing and says nothing.
@Suite(.timeLimit(.minutes(5)))
struct NetworkTests {
    @Test func `a connection cut after any number of bytes loses nothing`() async throws {  // I1, I8
        let proxies = ProxyOfStore()
        var plan = FleetPlan(workers: ["one", "two"], rate: 40)
        plan.reach = { store in try proxies.reach(store) }
        try await withFaultFleet(plan) { fleet in
            let proxy = try proxies.proxy()
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            // Steps of a prime number reach every place in the statements that flow by: submit, claim, complete and heartbeat, asked and answered.
            let cuts = FaultReport.isWhole ? 300 : 24
            var last = Date()
            for round in 0..<cuts {
                let bytes = round * 29 % 4096
                last = Date()
                proxy.begin(round % 2 == 0 ? .cutAfter(fromClient: bytes) : .cutAnswerAfter(fromServer: bytes))
                try await eventually("cut \(round)", timeout: .seconds(20)) { proxy.hasFired }
            }
            proxy.begin(.none)
            let recovery = try await fleet.fullRate(40, after: last, within: .seconds(20))
            #expect(members.allSatisfy { $0.process.end == nil })
            let judgement = try await fleet.judge(everyone: true, mayRepeat: cuts * 20)
            try FaultReport.note(
                50, "a connection cut after N bytes, \(cuts) times", judgement, bound: cuts * 20, recovery: recovery,
                "to the full rate, the last time")
            proxy.close()
        }
    }

    @Test func `a network that carries nothing for longer than the dead interval loses nothing`() async throws {  // I7, I8
        let proxies = ProxyOfStore()
        var plan = FleetPlan(workers: ["one", "two"], rate: 40, make: { .mixed($0) })
        plan.reach = { store in try proxies.reach(store) }
        plan.isLoadDirect = true
        try await withFaultFleet(plan) { fleet in
            let proxy = try proxies.proxy()
            let one = try await fleet.start("one")
            let direct = fleet.store.tcp
            let two = try await fleet.start("two") { $0.store = direct }
            await fleet.load.start()
            try await fleet.warmUp([one, two])
            try await eventually("a fleet that may judge", timeout: .seconds(40)) { fleet.age(of: [two]) > 4.5 }
            try await eventually("work in hand", timeout: .seconds(20)) { try await !fleet.ledger.running(on: one.boot).isEmpty }
            let cutAt = Date()
            proxy.begin(.silence)
            let cut = try await fleet.ledger.running(on: one.boot)
            try await one.process.line(containing: "handlers stopped", within: .seconds(20))
            let recovery = try await fleet.rerun(cut, after: cutAt, within: .seconds(40))
            proxy.begin(.none)
            let back = Date()
            try await eventually("the lost worker at work again", timeout: .seconds(60)) {
                try await fleet.ledger.entries().contains { $0.boot == one.boot && $0.moment == .start && $0.at > back }
            }
            #expect(one.process.end == nil)
            let judgement = try await fleet.judge(disturbed: [one], mayRepeat: 20)
            try FaultReport.note(
                51, "half-open: connections carry nothing", judgement, bound: 20, recovery: recovery,
                "until its tasks run elsewhere (dead after 4 s)")
            proxy.close()
        }
    }
}

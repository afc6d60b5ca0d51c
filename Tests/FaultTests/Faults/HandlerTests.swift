import FaultLedger
import Foundation
import SchedulerTesting
import Testing

/// Handlers that misbehave, beside honest work.
@Suite(.timeLimit(.minutes(5)))
struct HandlerTests {
    @Test func `a task that kills its process is quarantined, and the fleet lives`() async throws {  // I5
        let plan = FleetPlan(rate: 40)
        try await withFaultFleet(plan) { fleet in
            var running: [String: FaultFleet.Member] = [:]
            for name in fleet.orders.runsOn { running[name] = try await fleet.start(name) }
            await fleet.load.start()
            try await fleet.warmUp(Array(running.values))
            let began = Date()
            let poison = try await fleet.load.submit([
                Load.Order(params: FaultParams(label: "poison", behaviour: .poison), expected: .failed)
            ])
            // Something outside starts what has died, as a service manager does.
            var dead: [FaultFleet.Member] = []
            try await eventually("the quarantine", timeout: .seconds(60)) {
                for (name, member) in running where member.process.end != nil {
                    dead.append(member)
                    running[name] = try await fleet.start(name)
                }
                return try await fleet.tasks().contains { $0.id == poison.first && $0.status == "failed" }
            }
            let recovery = Duration.seconds(Date().timeIntervalSince(began))
            let row = try #require(try await fleet.tasks().first { $0.id == poison.first })
            #expect(row.crashes == 3)
            #expect(dead.count <= 3)
            let judgement = try await fleet.judge(disturbed: fleet.members, mayRepeat: 60)
            try FaultReport.note(
                60, "a poison task that kills its process", judgement, bound: 60, recovery: recovery, "until it was quarantined")
        }
    }

    @Test func `handlers that throw, hang, return too much, snooze, step and do not listen hurt only themselves`() async throws {  // I5, I9
        let plan = FleetPlan(workers: ["one", "two"], routes: ["hasty": ["one"]], rate: 40)
        try await withFaultFleet(plan) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            let began = Date()
            try await fleet.load.submit(
                (0..<5).flatMap { number -> [Load.Order] in
                    func params(_ behaviour: FaultParams.Behaviour, _ work: Int = 100) -> FaultParams {
                        FaultParams(label: "\(behaviour.rawValue)\(number)", behaviour: behaviour, work: work)
                    }
                    return [
                        Load.Order(params: params(.throwing)), Load.Order(params: params(.snoozing)), Load.Order(params: params(.stepping)),
                        Load.Order(action: "hasty", params: params(.hanging), expected: .failed),
                        Load.Order(params: params(.oversized), expected: .failed),
                        Load.Order(action: "hasty", params: FaultParams(label: "honest\(number)", work: 20)),
                    ]
                })
            // Deaf for longer than its deadline and than anybody's patience.
            try await fleet.load.submit([
                Load.Order(action: "hasty", params: FaultParams(label: "deaf", behaviour: .deaf, work: 13_000), expected: .failed)
            ])
            let during = try await fleet.fullRate(40, after: began, within: .seconds(30))
            let judgement = try await fleet.judge(within: .seconds(90), deaf: ["deaf"], mayRepeat: 5)
            #expect(members.allSatisfy { $0.process.end == nil })
            try FaultReport.note(
                61, "handlers that throw, hang, ignore cancellation, return 64 KiB + 1", judgement, bound: 5, recovery: during,
                "to the full rate of honest work")
        }
    }
}

import FaultLedger
import Foundation
import Glibc
import Migrations
import SchedulerTesting
import Testing

/// Deploys, mixed builds and fleets that are set up wrongly.
@Suite(.timeLimit(.minutes(5)))
struct DeployTests {
    private static let old = ["steady", "hasty", "departing"]
    private static let new = ["steady", "hasty", "arriving"]

    @Test(.enabled(if: FaultReport.isWhole))
    func `a rolling deploy that removes one handler and adds another parks and resumes, and loses nothing`() async throws {  // I2, I3, I5
        let plan = FleetPlan(
            workers: ["one", "two"],
            // The old name on one worker and the new one on the other, so that each build has what its route asks for.
            routes: ["departing": ["one"], "arriving": ["two"], "hasty": ["one"]], rate: 40,
            make: {
                switch $0 % 10 {
                case 0: Load.Order(action: "departing", params: FaultParams(label: "t\($0)"))
                case 1: Load.Order(action: "arriving", params: FaultParams(label: "t\($0)"))
                default: .plain($0)
                }
            })
        try await withFaultFleet(plan) { fleet in
            func build(_ name: String, _ handlers: [String], _ version: String) async throws -> FaultFleet.Member {
                try await fleet.start(name) {
                    $0.version = version
                    $0.handlers = handlers
                }
            }
            // Both names exist in every catalogue; only handlers come and go.
            let one = try await build("one", Self.old, "1")
            await fleet.load.start()
            try await fleet.warmUp([one])
            let two = try await build("two", Self.new, "2")
            try await fleet.warmUp([two])
            // The old build goes: tasks of the old name wait, in plain sight, and nothing else does.
            let gone = Date()
            one.process.send(SIGTERM)
            _ = try await one.process.waitForEnd()
            _ = try await fleet.fullRate(30, after: gone, within: .seconds(30))
            // The deploy is taken back for one worker: they go on by themselves.
            let back = Date()
            let again = try await build("one", Self.old, "1")
            try await eventually("departing tasks running again", timeout: .seconds(60)) {
                try await fleet.ledger.entries().contains { $0.action == "departing" && $0.boot == again.boot && $0.moment == .end }
            }
            let recovery = Duration.seconds(Date().timeIntervalSince(back))
            let judgement = try await fleet.judge(within: .seconds(90))
            try FaultReport.note(
                70, "rolling deploy that adds, removes and renames a handler", judgement, recovery: recovery,
                "until the tasks of the removed one ran on the build that has it")
        }
    }

    @Test func `a second process with one instance name is refused, and the first one works on`() async throws {  // I2
        try await withFaultFleet(FleetPlan(workers: ["one"], rate: 40)) { fleet in
            let one = try await fleet.start("one")
            await fleet.load.start()
            try await fleet.warmUp([one])
            let twin = try await fleet.launch("one")
            let end = try await twin.process.waitForEnd(within: .seconds(30))
            #expect(end == .exit(3))
            #expect(twin.process.lines.contains { $0.contains("duplicate_instance") })
            #expect(one.process.end == nil)
            let judgement = try await fleet.judge()
            try FaultReport.note(72, "two processes with one instance name", judgement, "the second was refused")
        }
    }

    @Test(.enabled(if: FaultReport.isWhole)) func `two maintainers at once do no harm`() async throws {  // I4, I8
        let plan = FleetPlan(rate: 40, make: { .mixed($0) })
        try await withFaultFleet(plan) { fleet in
            let one = try await fleet.start("one")
            let others = [try await fleet.start("two"), try await fleet.start("three")]
            await fleet.load.start()
            try await fleet.warmUp([one] + others)
            // Every duty is due all the time, so that all processes do each at once, while one of them dies again and again.
            let meddling = Task {
                while !Task.isCancelled {
                    try await script("UPDATE muster.duty SET taken_at = taken_at - interval '1 hour'", on: fleet.store.conninfo)
                }
            }
            var dead = [one]
            var last = try await fleet.kill(one)
            for _ in 0..<3 {
                // A task that is cut by three deaths is quarantined, whoever's fault they were; so nobody is hit twice.
                try await fleet.finished(Set(last.cut.map(\.task)), within: .seconds(30))
                let next = try await fleet.start("one")
                try await fleet.warmUp([next])
                last = try await fleet.kill(next)
                dead.append(next)
            }
            let recovery = try await fleet.rerun(last.cut, after: last.at, within: .seconds(20))
            meddling.cancel()
            _ = await meddling.result
            let judgement = try await fleet.judge(disturbed: dead, mayRepeat: 80)
            try FaultReport.note(
                73, "all processes maintain at once, one is killed four times", judgement, bound: 80, recovery: recovery,
                "until the last one's tasks run elsewhere")
        }
    }

    @Test(.enabled(if: FaultReport.isWhole)) func `a schema that is newer or older than the build stops a start and no running process`()
        async throws
    {  // I8
        try await withFaultFleet(FleetPlan(workers: ["one", "two"], rate: 40)) { fleet in
            let one = try await fleet.start("one")
            await fleet.load.start()
            try await fleet.warmUp([one])
            let columns = "muster.schema_change (version, name, oldest_schema, oldest_release)"
            try await script("INSERT INTO \(columns) VALUES (9999, 'later', 9999, '9.9.0')", on: fleet.store.conninfo)
            let refused = try await fleet.launch("two")
            #expect(try await refused.process.waitForEnd(within: .seconds(30)) == .exit(3))
            #expect(refused.process.lines.contains { $0.contains("newer than") && $0.contains("9.9.0") })
            #expect(one.process.end == nil)
            // One that says that this build works on it stops nobody.
            let works = "UPDATE muster.schema_change SET oldest_schema = \(Migrations.current) WHERE version = 9999"
            try await script(works, on: fleet.store.conninfo)
            let two = try await fleet.launch("two")
            try await two.process.line(containing: "process started")
            #expect(one.process.end == nil)
            let judgement = try await fleet.judge()
            try FaultReport.note(
                71, "a build beside a schema one version newer", judgement,
                "it starts where the schema says that it works there, and else refuses; the others work on")
        }
    }
}

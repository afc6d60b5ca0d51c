import FaultLedger
import Foundation
import Glibc
import Migrations
import Scheduler
import SchedulerTesting
import Testing

/// Two versions of the product over one schema, as every rolling deploy has them.
@Suite(.timeLimit(.minutes(5)))
struct VersionTests {
    @Test(.enabled(if: FaultReport.isWhole))
    func `the version before this one and this one share a schema through a rolling deploy and back`() async throws {  // I2, I4, I8
        guard let previous = PreviousBuild.current else {
            return try FaultReport.skip(74, "the version before and this one over one schema", because: "the version before was not built")
        }
        let scripts = try previous.scripts()
        let now = Migrations.all
        // A script that has been released is never changed: where it ran, it does not run again.
        #expect(now.prefix(scripts.count).map(\.sql) == scripts)
        let before = Array(now.prefix(scripts.count))
        let plan = FleetPlan(rate: 40, make: { .mixed($0) }, scripts: before)
        try await withFaultFleet(plan) { fleet in
            func old(_ name: String) async throws -> FaultFleet.Member {
                try await fleet.start(name, program: previous.worker) { $0.version = "before" }
            }
            func new(_ name: String) async throws -> FaultFleet.Member { try await fleet.start(name) { $0.version = "now" } }
            // The old fleet runs while the schema is brought up to date under it.
            let first = [try await old("one"), try await old("two"), try await old("three")]
            try await withClient(fleet.store.conninfo) { _ = try await Migrator(client: $0).migrate() }
            await fleet.load.start()
            try await fleet.warmUp(first)
            // One after the other is replaced: two versions claim, report and watch each other.
            let one = try await replace(first[0], in: fleet) { try await new("one") }
            try await fleet.warmUp([one, first[1], first[2]])
            // The new one takes over what an old one leaves behind when it dies.
            let (cut, killed) = try await fleet.kill(first[1])
            let taken = try await fleet.rerun(cut, after: killed, within: .seconds(20))
            let two = try await new("two")
            try await fleet.warmUp([two])
            // And an old one what a new one leaves.
            let (left, died) = try await fleet.kill(two)
            let given = try await fleet.rerun(left, after: died, within: .seconds(20))
            var last = [one, first[2]]
            // The deploy is taken back: an old process starts on the newer schema, beside the new one.
            let back = try await old("two")
            try await fleet.warmUp([back])
            last.append(back)
            #expect(last.allSatisfy { $0.process.end == nil })
            let judgement = try await fleet.judge(disturbed: [first[0], first[1], two], mayRepeat: 60)
            try FaultReport.note(
                74, "the version before and this one over one schema, each killed once", judgement, bound: 60, recovery: max(taken, given),
                "until its tasks run elsewhere; schema \(before.count) to \(now.count) under a running fleet")
        }
    }

    private func replace(
        _ member: FaultFleet.Member, in fleet: FaultFleet, by next: () async throws -> FaultFleet.Member
    ) async throws -> FaultFleet.Member {
        member.process.send(SIGTERM)
        #expect(try await member.process.waitForEnd() == .exit(0))
        return try await next()
    }
}

import FaultLedger
import Foundation
import Glibc
import SchedulerTesting
import Testing

/// A pooler that gives each transaction any server connection, and wake-ups that are lost.
@Suite(.timeLimit(.minutes(5)))
struct PoolerTests {
    @Test func `behind PgBouncer in transaction mode polling alone runs everything, over a restart too`() async throws {  // I1, I8
        guard Bouncer.isInstalled else {
            return try FaultReport.skip(80, "PgBouncer in transaction mode, polling alone", because: "pgbouncer is not installed")
        }
        try await withFaultFleet(FleetPlan(workers: ["one", "two"], rate: 40, isLoadDirect: true)) { fleet in
            let bouncer = try await Bouncer.start(before: fleet.store)
            defer { withExtendedLifetime(bouncer) {} }
            let conninfo = bouncer.conninfo
            let members = try await fleet.startPooled(conninfo)
            await fleet.load.start()
            try await fleet.warmUp(members)
            let known = Set(await fleet.load.accepted.values)
            try await fleet.store.end(SIGINT)
            try await fleet.store.start()
            let recovery = try await fleet.fullRate(40, after: Date(), beyond: known, within: .seconds(60))
            #expect(members.allSatisfy { $0.process.end == nil })
            let judgement = try await fleet.judge(everyone: true, mayRepeat: 40)
            try await fleet.stopAll()
            await bouncer.stop()
            try FaultReport.note(
                80, "PgBouncer in transaction mode, polling alone; PostgreSQL restarted", judgement, bound: 40, recovery: recovery,
                "from taking connections to the full rate")
        }
    }

    @Test(.enabled(if: FaultReport.isWhole))
    func `behind PgBouncer with wake-ups over Redis a lost Redis costs a poll, never a task`() async throws {  // I8
        guard Bouncer.isInstalled else {
            return try FaultReport.skip(81, "PgBouncer in transaction mode, Redis stopped", because: "pgbouncer is not installed")
        }
        try await TestRedis.with { redis in
            try await withFaultFleet(FleetPlan(workers: ["one", "two"], rate: 40, isLoadDirect: true)) { fleet in
                let bouncer = try await Bouncer.start(before: fleet.store)
                let members = try await fleet.startPooled(bouncer.conninfo, redis: redis.path)
                await fleet.load.start()
                try await fleet.warmUp(members)
                let stopped = Date()
                await redis.stop()
                let recovery = try await fleet.fullRate(40, after: stopped, within: .seconds(30))
                try await redis.start()
                _ = try await fleet.fullRate(40, after: Date(), within: .seconds(30))
                #expect(members.allSatisfy { $0.process.end == nil })
                let judgement = try await fleet.judge()
                try await fleet.stopAll()
                await bouncer.stop()
                try FaultReport.note(
                    81, "PgBouncer in transaction mode; Redis, which carries wake-ups, stopped", judgement, recovery: recovery,
                    "to the full rate")
            }
        }
    }

    @Test(.enabled(if: FaultReport.isWhole)) func `a listening connection that is killed costs a poll, never a task`() async throws {  // I8
        try await withFaultFleet(FleetPlan(workers: ["one", "two"], rate: 40)) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            let killed = Date()
            for _ in 0..<20 {
                try await script(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'", on: fleet.store.conninfo)
            }
            let recovery = try await fleet.fullRate(40, after: killed, within: .seconds(20))
            let judgement = try await fleet.judge()
            try FaultReport.note(82, "the listening connections killed, twenty times", judgement, recovery: recovery, "to the full rate")
        }
    }
}

extension FaultFleet {
    /// Starts all workers behind a pooler.
    func startPooled(_ conninfo: String, redis: String? = nil) async throws -> [Member] {
        var members: [Member] = []
        for name in orders.runsOn {
            members.append(
                try await start(name) {
                    $0.store = conninfo
                    $0.isPooled = true
                    $0.redis = redis
                })
        }
        return members
    }
}

import FaultLedger
import Foundation
import Glibc
import Postgres
import SchedulerTesting
import Testing

/// A database that restarts, cuts everybody off, or is away.
@Suite(.timeLimit(.minutes(5)))
struct DatabaseTests {
    private static let plan = FleetPlan(workers: ["one", "two"], rate: 40)

    @Test func `after an immediate restart nothing is lost, no process ended, and the rate is back in 5 s, beside all other tests in 20 s`()
        async throws
    {  // I1, I8
        try await restart(SIGQUIT, 31, "PostgreSQL restarted, immediate")
    }

    @Test(.enabled(if: FaultReport.isWhole))
    func `after a fast restart nothing is lost, no process ended, and the rate is back in 5 s`() async throws {  // I1, I8
        try await restart(SIGINT, 30, "PostgreSQL restarted, fast")
    }

    @Test(.enabled(if: FaultReport.isWhole))
    func `after SIGKILL of PostgreSQL nothing is lost, no process ended, and the rate is back in 5 s`() async throws {  // I1, I8
        try await restart(SIGKILL, 32, "PostgreSQL killed with SIGKILL, started again")
    }

    private func restart(_ signal: Int32, _ order: Int, _ fault: String) async throws {
        try await withFaultFleet(Self.plan) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            let known = Set(await fleet.load.accepted.values)
            try await fleet.store.end(signal)
            try await fleet.store.start()
            let recovery = try await fleet.fullRate(40, after: Date(), beyond: known, within: .seconds(30))
            // The suite has the machine for itself only as a whole; beside all other tests it shares it.
            #expect(recovery <= .seconds(FaultReport.isWhole ? 5 : 20))
            #expect(members.allSatisfy { $0.process.end == nil })
            let judgement = try await fleet.judge(everyone: true, mayRepeat: 40)
            try FaultReport.note(
                order, fault, judgement, bound: 40, recovery: recovery, "from taking connections to the full rate; no process ended")
        }
    }

    @Test func `every connection terminated again and again loses nothing`() async throws {  // I1, I8
        try await withFaultFleet(Self.plan) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            var last = Date()
            var known: Set<Int64> = []
            for _ in 0..<5 {
                last = Date()
                known = Set(await fleet.load.accepted.values)
                try await script(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()", on: fleet.store.conninfo)
                _ = try await fleet.fullRate(40, after: last, beyond: known, within: .seconds(20))
            }
            let recovery = try await fleet.fullRate(40, after: last, beyond: known, within: .seconds(20))
            let judgement = try await fleet.judge(everyone: true, mayRepeat: 200)
            try FaultReport.note(
                33, "every connection terminated, five times", judgement, bound: 200, recovery: recovery, "to the full rate, the last time")
        }
    }

    @Test func `an outage of PostgreSQL that is longer than the dead interval loses nothing`() async throws {  // I1, I7, I8
        var plan = Self.plan
        plan.isDefault = FaultReport.isWhole
        try await withFaultFleet(plan) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            let known = Set(await fleet.load.accepted.values)
            try await fleet.store.end(SIGINT)
            let away = FaultReport.isWhole ? 60.0 : 6.0
            let since = Date()
            try await eventually("the end of the outage", timeout: .seconds(70)) { Date().timeIntervalSince(since) >= away }
            #expect(members.allSatisfy { $0.process.end == nil })
            try await fleet.store.start()
            let recovery = try await fleet.fullRate(40, after: Date(), beyond: known, within: .seconds(60))
            let judgement = try await fleet.judge(everyone: true, mayRepeat: 40)
            try FaultReport.note(
                34, "PostgreSQL away for \(Int(away)) s", judgement, bound: 40, recovery: recovery,
                "from taking connections to the full rate; no process ended")
        }
    }

    @Test func `a lock on a row of every process and of every duty holds up nobody for longer than it is held`() async throws {  // I7, I8
        try await withFaultFleet(Self.plan) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            try await hold("SELECT FROM muster.process FOR UPDATE; SELECT FROM muster.duty FOR UPDATE", for: 6, fleet)
            let recovery = try await fleet.fullRate(40, after: Date(), within: .seconds(30))
            let judgement = try await fleet.judge(everyone: true, mayRepeat: 40)
            try FaultReport.note(
                40, "rows of processes and duties locked for 6 s", judgement, bound: 40, recovery: recovery,
                "from the unlock to the full rate")
        }
    }

    @Test(.enabled(if: FaultReport.isWhole)) func `a transaction that stays open holds up nothing`() async throws {  // I8
        try await withFaultFleet(Self.plan) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            try await script("CREATE TABLE bystander (id integer)", on: fleet.store.conninfo)
            await fleet.load.start()
            try await fleet.warmUp(members)
            let began = Date()
            try await hold("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; INSERT INTO bystander VALUES (1)", for: 15, fleet)
            // While it was open, work went on.
            let during = try await fleet.ledger.entries().count { $0.moment == .end && $0.at > began }
            #expect(during > 40 * 15 / 2)
            let judgement = try await fleet.judge()
            try FaultReport.note(41, "a transaction held open for 15 s", judgement, "work went on")
        }
    }

    // Keeps a transaction open on a connection of its own.
    private func hold(_ sql: String, for seconds: Double, _ fleet: FaultFleet) async throws {
        try await withClient(fleet.store.conninfo) { client in
            try await client.transaction { connection in
                try await connection.script(sql)
                let since = Date()
                try await eventually("the end of the lock", timeout: .seconds(60)) { Date().timeIntervalSince(since) >= seconds }
            }
        }
    }

    @Test(.enabled(if: FaultReport.isWhole)) func `no connection left on the server loses nothing`() async throws {  // I8
        var plan = Self.plan
        plan.server = ["max_connections": "30"]
        try await withFaultFleet(plan) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            // Others take what the fleet gives up when it is cut off, and everything else.
            try await withGreed(fleet.store.conninfo, connections: 27) {
                let since = Date()
                try await eventually("the end of the crowd", timeout: .seconds(60)) { Date().timeIntervalSince(since) >= 6 }
            }
            #expect(members.allSatisfy { $0.process.end == nil })
            let recovery = try await fleet.fullRate(40, after: Date(), within: .seconds(30))
            let judgement = try await fleet.judge(everyone: true, mayRepeat: 40)
            try FaultReport.note(
                42, "every connection of the server taken by others for 6 s", judgement, bound: 40, recovery: recovery,
                "from the first free connection to the full rate")
        }
    }
}

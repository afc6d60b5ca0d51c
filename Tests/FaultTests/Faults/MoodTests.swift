import FaultLedger
import Foundation
import Postgres
import SchedulerTesting
import Testing

/// A database that is there and takes no work, or has too few connections.
@Suite(.timeLimit(.minutes(5)))
struct MoodTests {
    @Test func `a database that is read-only for eight seconds costs no task an attempt, and no process its log`()
        async throws
    {  // I1, I5, I8
        let plan = FleetPlan(workers: ["one", "two"], rate: 40, make: { .onlyOnce($0) })
        try await withFaultFleet(plan) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            let known = Set(await fleet.load.accepted.values)
            let linesBefore = members.map(\.process.lines.count).reduce(0, +)
            try await readOnly(true, fleet)
            let since = Date()
            try await eventually("the end of the mood", timeout: .seconds(20)) { Date().timeIntervalSince(since) >= 8 }
            try await readOnly(false, fleet)
            let recovery = try await fleet.fullRate(40, after: Date(), beyond: known, within: .seconds(30))
            let refused = await fleet.load.refused
            #expect(refused == 0, "every submission was told that the database is away for now")
            let refusals = await fleet.load.refusals
            #expect(refusals > 0)
            // Troubles by their kinds, and a line for each attempt that was cut; not one for each try.
            let troubles = members.flatMap(\.process.lines).dropFirst(linesBefore).count { $0.contains("database trouble") }
            #expect(troubles < 60)
            #expect(members.allSatisfy { $0.process.end == nil })
            let judgement = try await fleet.judge(everyone: true, mayRepeat: 80)
            try FaultReport.note(
                35, "database read-only for 8 s, tasks with one attempt", judgement, bound: 80, recovery: recovery,
                "from writing again to the full rate; no attempt lost")
        }
    }

    // A reload, so that sessions that are open change as well, and those that are opened meanwhile begin so.
    private func readOnly(_ isReadOnly: Bool, _ fleet: FaultFleet) async throws {
        let change = isReadOnly ? "ALTER SYSTEM SET default_transaction_read_only = on" : "ALTER SYSTEM RESET default_transaction_read_only"
        try await script(change, on: fleet.store.conninfo)
        try await script("SELECT pg_reload_conf()", on: fleet.store.conninfo)
    }

    @Test func `two processes that share six connections go on, with their heartbeats`() async throws {  // I7, I9
        var plan = FleetPlan(workers: ["one", "two"], rate: 40)
        plan.reach = { "host=127.0.0.1 port=\($0.port) user=limited dbname=postgres" }
        plan.isLoadDirect = true
        try await withFaultFleet(plan) { fleet in
            try await script("CREATE ROLE limited LOGIN CONNECTION LIMIT 6; GRANT postgres TO limited", on: fleet.store.conninfo)
            let one = try await fleet.start("one")
            let server = fleet.store.conninfo
            // What the first opened for its start it gives back by itself; there is no other way for a second to come in.
            try await eventually("the first is at rest", timeout: .seconds(40)) {
                let sessions = try await withClient(server) { try await $0.execute(CountSessions()).first ?? 0 }
                return sessions <= 3
            }
            let members = [one, try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members, within: .seconds(60))
            // All begin anew at once: whoever comes first takes what there is.
            try await script(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'limited'", on: fleet.store.conninfo)
            let since = Date()
            let known = Set(await fleet.load.accepted.values)
            let recovery = try await fleet.fullRate(40, after: since, beyond: known, within: .seconds(60))
            try await eventually("ten more seconds of it", timeout: .seconds(20)) { Date().timeIntervalSince(since) >= 10 }
            let fenced = members.flatMap(\.process.lines).count { $0.contains("heartbeat could not be renewed") }
            #expect(fenced == 0)
            #expect(members.allSatisfy { $0.process.end == nil })
            let judgement = try await fleet.judge(everyone: true, mayRepeat: 40)
            try FaultReport.note(
                45, "role limit of 6 connections for two processes", judgement, bound: 40, recovery: recovery,
                "to the full rate, after all six were cut; no heartbeat was late")
        }
    }
}

private struct CountSessions: Statement {
    static let name = "count_sessions"
    static let sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'limited'"

    static func decode(_ row: inout RowReader) throws -> Int64 { try row.next() }
}

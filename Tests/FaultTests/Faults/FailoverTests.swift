import FaultLedger
import Foundation
import Glibc
import SchedulerTesting
import Subprocess
import Testing

/// A primary that dies, and a synchronous standby that takes over.
@Suite(.timeLimit(.minutes(5)))
struct FailoverTests {
    @Test(.enabled(if: FaultReport.isWhole))
    func `a failover to a synchronous standby loses nothing, ends no process and takes at most 15 s`() async throws {  // I1, I8
        let standby = try FaultStore()
        var plan = FleetPlan(workers: ["one", "two"], rate: 40, server: ["wal_level": "replica", "max_wal_senders": "4"])
        let standbyPort = standby.port
        plan.reach = { store in
            "host=127.0.0.1,127.0.0.1 port=\(store.port),\(standbyPort) user=postgres dbname=postgres target_session_attrs=read-write "
                + "connect_timeout=2"
        }
        do {
            try await withFaultFleet(plan) { fleet in
                try await standby.follow(fleet.store)
                // ALTER SYSTEM refuses to be part of a transaction, and two commands at once would be one.
                try await script("ALTER SYSTEM SET synchronous_standby_names = '*'", on: fleet.store.conninfo)
                try await script("SELECT pg_reload_conf()", on: fleet.store.conninfo)
                try await eventually("a synchronous standby", timeout: .seconds(30)) { try await fleet.store.hasSynchronousStandby() }
                let members = [try await fleet.start("one"), try await fleet.start("two")]
                await fleet.load.start()
                try await fleet.warmUp(members)
                let known = Set(await fleet.load.accepted.values)
                let died = Date()
                try await fleet.store.end(SIGKILL)
                try await script("SELECT pg_promote(true, 30)", on: standby.conninfo)
                let recovery = try await fleet.fullRate(40, after: died, beyond: known, within: .seconds(60))
                #expect(recovery <= .seconds(15))
                #expect(members.allSatisfy { $0.process.end == nil })
                let judgement = try await fleet.judge(asking: standby.conninfo, everyone: true, mayRepeat: 40)
                try await fleet.stopAll()
                try FaultReport.note(
                    35, "primary killed, synchronous standby promoted", judgement, bound: 40, recovery: recovery,
                    "from the primary's death to the full rate; no process ended")
            }
            await standby.remove()
        } catch {
            await standby.remove()
            throw error
        }
    }
}

extension FaultStore {
    /// Becomes a standby of another store and starts.
    func follow(_ primary: FaultStore) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // The server's account writes there.
        chmod(folder, 0o777)
        let program = try Self.program("pg_basebackup")
        let user = geteuid() == 0 ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["--pdeathsig=KILL"]
        let result = try await run(
            .name("setpriv"),
            arguments: Arguments(
                user + [program, "-D", "\(folder)/data", "-d", primary.tcp, "-R", "-X", "stream", "-c", "fast", "--no-sync"]),
            environment: .inherit, workingDirectory: .init("/tmp"), input: .none, output: .discarded, error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            throw NotInTime(description: "pg_basebackup failed: \(result.standardError)")
        }
        try await start()
    }

    /// Whether what is committed is on a standby too.
    nonisolated func hasSynchronousStandby() async throws -> Bool {
        try await withClient(conninfo) { try await $0.execute(FindSynchronous()).first ?? false }
    }

    /// A program of the newest PostgreSQL that is installed.
    static func program(_ name: String) throws -> String {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let paths = versions.compactMap(Int.init).sorted(by: >).map { "/usr/lib/postgresql/\($0)/bin/\(name)" }
        return paths.first(where: FileManager.default.isExecutableFile(atPath:)) ?? name
    }
}

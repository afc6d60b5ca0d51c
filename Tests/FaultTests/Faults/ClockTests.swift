import FaultLedger
import Foundation
import Glibc
import SchedulerTesting
import Testing

/// A process whose clock is wrong.
@Suite(.timeLimit(.minutes(5)))
struct ClockTests {
    @Test(.enabled(if: FaultReport.isWhole), arguments: ["+1h", "-1h"])
    func `a process whose clock is an hour off works like any other`(_ offset: String) async throws {  // I6
        let order = offset.hasPrefix("+") ? 90 : 91
        guard let clock = try await ShiftedClock.ready() else {
            return try FaultReport.skip(order, "the clock of one process \(offset)", because: "libfaketime is not installed")
        }
        defer { clock.remove() }
        try await withFaultFleet(FleetPlan(workers: ["one", "two"], rate: 40, isDefault: true)) { fleet in
            let began = Date()
            let one = try await fleet.start("one", environment: clock.environment(offset))
            let two = try await fleet.start("two")
            await fleet.load.start()
            try await fleet.warmUp([one, two])
            let recovery = try await fleet.fullRate(40, after: began, within: .seconds(30))
            // Longer than the dead interval: nobody takes the other for dead.
            try await eventually("a dead interval", timeout: .seconds(40)) { fleet.age(of: [one, two]) > 25 }
            let judgement = try await fleet.judge()
            #expect(judgement.cut == 0)
            #expect(abs(try #require(shift(of: one, against: two))) > 3500, "its clock was not off at all")
            try FaultReport.note(
                order, "the clock of one process \(offset)", judgement, recovery: recovery, "from the start to the full rate")
        }
    }

    // The one clock is a function of the database's, which stands for the server's: faketime would shift the server's timers as well.
    @Test(.enabled(if: FaultReport.isWhole))
    func `after the database's clock is set back ten minutes a killed process's tasks run elsewhere, and retries go on`()
        async throws
    {  // I6, I8
        let fault = "the database's clock set back 10 minutes, a worker on another machine killed"
        guard geteuid() == 0 else { return try FaultReport.skip(92, fault, because: "needs root for a pid namespace") }
        try await withFaultFleet(FleetPlan(rate: 40, make: { .mixed($0) }, isDefault: true)) { fleet in
            let one = try await fleet.start("one", wrapper: ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child=KILL"])
            let others = [try await fleet.start("two"), try await fleet.start("three")]
            await fleet.load.start()
            try await fleet.warmUp([one] + others)
            try await eventually("a fleet that may judge", timeout: .seconds(40)) { fleet.age(of: others) > 21 }
            let (cut, killed) = try await fleet.kill(one)
            try await script(
                "CREATE OR REPLACE FUNCTION muster.clock() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE "
                    + "AS $$SELECT now() - interval '10 minutes'$$", on: fleet.store.conninfo)
            // A heartbeat until it is seen, and the dead interval from then.
            let recovery = try await fleet.rerun(cut, after: killed, within: .seconds(60))
            #expect(recovery <= .seconds(40))
            let judgement = try await fleet.judge(disturbed: [one], mayRepeat: 20)
            try FaultReport.note(92, fault, judgement, bound: 20, recovery: recovery, "until its tasks run elsewhere")
        }
    }

    /// How far the first log line of one process is from that of another that was started with it, in seconds.
    private func shift(of one: FaultFleet.Member, against other: FaultFleet.Member) -> TimeInterval? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "yyyy-MM-dd'T'HH:mm:ssZ"
        let stamps = [one, other].map { $0.process.lines.first.flatMap { format.date(from: String($0.prefix { $0 != " " })) } }
        guard let first = stamps[0], let second = stamps[1] else { return nil }
        return first.timeIntervalSince(second)
    }
}

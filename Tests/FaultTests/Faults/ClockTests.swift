import FaultLedger
import Foundation
import SchedulerTesting
import Testing

/// A process whose clock is wrong.
@Suite(.timeLimit(.minutes(5)))
struct ClockTests {
    @Test(.enabled(if: FaultReport.isWhole), arguments: ["+1h", "-1h"])
    func `a process whose clock is an hour off works like any other`(_ offset: String) async throws {  // I6
        let library = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map { "/usr/lib/\($0)/faketime/libfaketime.so.1" }
            .first(where: FileManager.default.fileExists(atPath:))
        let order = offset.hasPrefix("+") ? 90 : 91
        guard let library else {
            return try FaultReport.skip(order, "the clock of one process \(offset)", because: "libfaketime is not installed")
        }
        try await withFaultFleet(FleetPlan(workers: ["one", "two"], rate: 40, isDefault: true)) { fleet in
            let began = Date()
            let one = try await fleet.start(
                "one", environment: ["LD_PRELOAD": library, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"])
            let two = try await fleet.start("two")
            await fleet.load.start()
            try await fleet.warmUp([one, two])
            let recovery = try await fleet.fullRate(40, after: began, within: .seconds(30))
            // Longer than the dead interval: nobody takes the other for dead.
            try await eventually("a dead interval", timeout: .seconds(40)) { fleet.age(of: [one, two]) > 25 }
            let judgement = try await fleet.judge()
            #expect(judgement.cut == 0)
            try FaultReport.note(
                order, "the clock of one process \(offset)", judgement, recovery: recovery, "from the start to the full rate")
        }
    }
}

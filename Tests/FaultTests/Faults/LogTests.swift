import FaultLedger
import Foundation
import SchedulerTesting
import Testing

/// Logs that cannot be written, under load.
@Suite(.timeLimit(.minutes(5)))
struct LogTests {
    @Test func `a log on a full disk and one that nobody reads hold up nothing`() async throws {  // I1, I8, I9
        let fault = "log of one worker on a full disk, that of another in a pipe that nobody reads"
        let folder = "/tmp/muster-log-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard try await Shell.run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0755", "tmpfs", folder) else {
            return try FaultReport.skip(46, fault, because: "a tmpfs may not be mounted here; needs root")
        }
        do {
            try await run(folder, fault)
            _ = try await Shell.run("umount", "-l", folder)
        } catch {
            _ = try await Shell.run("umount", "-l", folder)
            throw error
        }
    }

    private func run(_ folder: String, _ fault: String) async throws {
        let log = "\(folder)/one.log"
        func said() throws -> String { String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self) }
        try await withFaultFleet(FleetPlan(rate: 40)) { fleet in
            _ = try await Shell.run("sh", "-c", "dd if=/dev/zero of=\(folder)/ballast bs=4k 2>/dev/null; : >\(log)")
            let pipe = try PausedPipe()
            let one = try await fleet.launch("one", wrapper: ["sh", "-c", "exec \"$@\" 2>>\(log)", "sh"], logsAll)
            let two = try await fleet.launch("two", wrapper: pipe.wrapper, logsAll)
            let three = try await fleet.start("three")
            await fleet.load.start()
            try await fleet.warmUp([one, two, three])
            let began = Date()
            let recovery = try await fleet.fullRate(40, after: began, within: .seconds(30))
            #expect(fleet.members.allSatisfy { $0.process.end == nil })
            #expect(try said().isEmpty)

            // Room on the disk, and a reader: what waited is there, from the first line on.
            try FileManager.default.removeItem(atPath: "\(folder)/ballast")
            try await eventually("the log on the disk", timeout: .seconds(20)) { try said().contains("process started") }
            var read = ""
            try await eventually("the log in the pipe", timeout: .seconds(20)) {
                read += pipe.read()
                return read.contains("process started")
            }
            let judgement = try await fleet.judge(mayRepeat: 0)
            try FaultReport.note(46, fault, judgement, recovery: recovery, "to the full rate")
        }
    }

    private func logsAll(_ orders: inout WorkerOrders) { orders.logsAll = true }
}

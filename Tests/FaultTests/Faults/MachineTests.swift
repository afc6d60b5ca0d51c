import FaultLedger
import Foundation
import Glibc
import PrivatePostgres
import SchedulerTesting
import Subprocess
import Testing

/// Faults that only root can make: a full disk, a network that is cut.
@Suite(.timeLimit(.minutes(5)))
struct MachineTests {
    @Test(.enabled(if: FaultReport.isWhole)) func `a full disk under the database loses nothing`() async throws {  // I1, I8
        try await fullDisk(43, "disk full under the database") { .plain($0) }
    }

    @Test(.enabled(if: FaultReport.isWhole)) func `a full disk costs tasks that save their progress no attempt`() async throws {  // I5
        try await fullDisk(44, "disk full, tasks with one attempt that save their progress") { .onlyOnce($0) }
    }

    private func fullDisk(_ order: Int, _ fault: String, _ make: @escaping @Sendable (Int) -> Load.Order) async throws {
        let folder = "/tmp/muster-full-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard try await Shell.run("mount", "-t", "tmpfs", "-o", "size=160m,mode=0755", "tmpfs", folder) else {
            return try FaultReport.skip(order, fault, because: "a tmpfs may not be mounted here; needs root")
        }
        do {
            try await fill(folder, order, fault, make)
            _ = try await Shell.run("umount", "-l", folder)
        } catch {
            _ = try await Shell.run("umount", "-l", folder)
            throw error
        }
    }

    private func fill(
        _ folder: String, _ order: Int, _ fault: String, _ make: @escaping @Sendable (Int) -> Load.Order
    ) async throws {
        var plan = FleetPlan(
            workers: ["one", "two"], rate: 40, make: make, server: ["max_wal_size": "32MB", "min_wal_size": "32MB", "wal_recycle": "off"])
        plan.folder = "\(folder)/store"
        try await withFaultFleet(plan) { fleet in
            let members = [try await fleet.start("one"), try await fleet.start("two")]
            await fleet.load.start()
            try await fleet.warmUp(members)
            // All that is left of the disk, and a little more work until nothing goes.
            let ballast = "\(folder)/ballast"
            _ = try await Shell.run("sh", "-c", "dd if=/dev/zero of=\(ballast) bs=64k 2>/dev/null; true")
            let full = Date()
            try await eventually("a database that cannot write", timeout: .seconds(60)) {
                if await fleet.load.refusals > 0 { return true }
                return await !fleet.store.isRunning
            }
            try await eventually("a while of it", timeout: .seconds(20)) { Date().timeIntervalSince(full) > 5 }
            #expect(members.allSatisfy { $0.process.end == nil })
            try FileManager.default.removeItem(atPath: ballast)
            // A server whose log found no room has ended; a service manager starts it again.
            try await fleet.store.restartIfEnded()
            let recovery = try await fleet.fullRate(40, after: Date(), within: .seconds(60))
            let judgement = try await fleet.judge(everyone: true, mayRepeat: 40)
            try FaultReport.note(order, fault, judgement, bound: 40, recovery: recovery, "from room on the disk to the full rate")
        }
    }

    @Test(.enabled(if: FaultReport.isWhole)) func `a worker whose network is cut changes nothing, and its tasks run elsewhere`()
        async throws
    {  // I4, I7
        let fault = "network of one worker cut"
        let space = "muster\(UUID().uuidString.prefix(6).lowercased())"
        let number = Int.random(in: 1...250)
        let (inside, outside) = ("10.213.\(number).2", "10.213.\(number).1")
        let link = "mf\(space.suffix(6))"
        let steps = [
            ["ip", "netns", "add", space], ["ip", "link", "add", "\(link)a", "type", "veth", "peer", "name", "\(link)b"],
            ["ip", "link", "set", "\(link)b", "netns", space], ["ip", "addr", "add", "\(outside)/30", "dev", "\(link)a"],
            ["ip", "link", "set", "\(link)a", "up"], ["ip", "-n", space, "addr", "add", "\(inside)/30", "dev", "\(link)b"],
            ["ip", "-n", space, "link", "set", "\(link)b", "up"], ["ip", "-n", space, "link", "set", "lo", "up"],
        ]
        func tidy() async throws {
            _ = try await Shell.run("ip", "link", "del", "\(link)a")
            _ = try await Shell.run("ip", "netns", "del", space)
        }
        for step in steps where try await !Shell.run(step) {
            try await tidy()
            return try FaultReport.skip(52, fault, because: "a network namespace may not be made here; needs root and iproute2")
        }
        do {
            try await cut(fault, space: space, link: "\(link)a", address: outside)
            try await tidy()
        } catch {
            try await tidy()
            throw error
        }
    }

    private func cut(_ fault: String, space: String, link: String, address: String) async throws {
        let plan = FleetPlan(
            rate: 40, make: { .mixed($0) }, server: ["listen_addresses": "127.0.0.1,\(address)"])
        try await withFaultFleet(plan) { fleet in
            try await fleet.store.admit("\(address)/30")
            let one = try await fleet.start("one", wrapper: ["ip", "netns", "exec", space]) {
                $0.store = "host=\(address) port=\(fleet.store.port) user=postgres dbname=postgres"
            }
            let others = [try await fleet.start("two"), try await fleet.start("three")]
            await fleet.load.start()
            try await fleet.warmUp([one] + others)
            try await eventually("a fleet that may judge", timeout: .seconds(40)) { fleet.age(of: others) > 4.5 }
            try await eventually("work in hand", timeout: .seconds(20)) { try await !fleet.ledger.running(on: one.boot).isEmpty }
            let cutAt = Date()
            _ = try await Shell.run("ip", "link", "set", link, "down")
            let cut = try await fleet.ledger.running(on: one.boot)
            let recovery = try await fleet.rerun(cut, after: cutAt, within: .seconds(40))
            _ = try await Shell.run("ip", "link", "set", link, "up")
            let back = Date()
            try await eventually("the lost worker at work again", timeout: .seconds(90)) {
                try await fleet.ledger.entries().contains { $0.boot == one.boot && $0.moment == .start && $0.at > back }
            }
            #expect(one.process.end == nil)
            let judgement = try await fleet.judge(disturbed: [one], mayRepeat: 20)
            try FaultReport.note(
                52, fault, judgement, bound: 20, recovery: recovery, "until its tasks run elsewhere (dead after 4 s)")
        }
    }
}

/// Short commands of the system.
enum Shell {
    /// Runs one, at most for 20 s; whether it did what it should.
    static func run(_ words: String...) async throws -> Bool { try await run(words) }

    /// The same with the words in a list.
    static func run(_ words: [String]) async throws -> Bool {
        do {
            let result = try await Subprocess.run(
                .name("timeout"), arguments: Arguments(["20"] + words), environment: .inherit, input: .none, output: .discarded,
                error: .discarded)
            return result.terminationStatus.isSuccess
        } catch {
            return false
        }
    }
}

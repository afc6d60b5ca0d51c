import Foundation
import Postgres
import Scheduler
import Synchronization

/// Tasks are submitted at a steady rate and worked off at the same time, to see that the end is like the beginning.
struct SteadyRun: Sendable {
    var perSecond: Int
    var seconds: Int
    var slices: Int
    var paramsBytes: Int
    var worker: WorkerOptions

    /// One part of the window.
    struct Slice: Sendable {
        var delays: Percentiles
        /// What ready, active and deferred take on disk at its end, in MiB.
        var hotMiB: Double
        /// The mean time of the claim's statement in it.
        var claimMilliseconds: Double?
    }

    /// What the window came to.
    struct Outcome: Sendable {
        var run: RunOutcome
        var delays: Durations
        var slices: [Slice]
        /// How far the submitter fell behind its own pace, in milliseconds.
        var lag: Double
    }

    /// Runs both for the window.
    func run(_ database: BenchmarkDatabase) async throws -> Outcome {
        var options = worker
        options.measuresLatency = true
        options.slice = max(1, seconds / slices)
        let configured = options
        return try await WorkerProcess.with(configured, on: database) { process in
            _ = try await process.ready()
            let before = try await ServerUsage.read(database)
            let cpuBefore = ProcessUsage.cpuSeconds(of: process.id) ?? 0
            let began = MonotonicTime.now
            async let submitted = PacedSubmitter(perSecond: perSecond, seconds: seconds, paramsBytes: paramsBytes).run(database)
            let slices = try await watch(process, database, from: before)
            let (count, lag) = try await submitted
            let took = Double(MonotonicTime.now - began) / 1e9
            let cpuAfter = ProcessUsage.cpuSeconds(of: process.id) ?? 0
            let resident = ProcessUsage.residentMiB(of: process.id)
            let after = try await ServerUsage.read(database)
            var run = RunOutcome(tasks: count, seconds: took, from: before, to: after, clientSeconds: cpuAfter - cpuBefore)
            run.residentMiB = resident
            return Outcome(run: run, delays: slices.all, slices: slices.parts, lag: lag)
        }
    }

    private func watch(
        _ process: WorkerProcess, _ database: BenchmarkDatabase, from start: ServerUsage
    ) async throws -> (parts: [Slice], all: Durations) {
        var parts: [Slice] = []
        var all = Durations()
        var earlier = start
        for number in 1...slices {
            let delays = try await process.next("slice \(number)") { if case .delays(let delays, _) = $0 { delays } else { nil } }
            let usage = try await ServerUsage.read(database)
            let claims = usage.statement(containing: StatementMark.claim, since: earlier)
            let bytes = try await database.client.execute(ReadHotSize()).first ?? 0
            earlier = usage
            all.add(delays)
            let nothing = Percentiles(p50: 0, p95: 0, p99: 0, max: 0, count: 0)
            parts.append(
                Slice(
                    delays: delays.percentiles ?? nothing, hotMiB: Double(bytes) / Double(1 << 20),
                    claimMilliseconds: claims.map { $0.milliseconds / Double($0.calls) }))
        }
        return (parts, all)
    }
}

/// Submits a few tasks every ten milliseconds, over two connections, whatever the answers take.
struct PacedSubmitter: Sendable {
    var perSecond: Int
    var seconds: Int
    var paramsBytes: Int

    /// Submits for the window.
    ///
    /// - Returns: how many tasks, and by how much the pace was missed at worst, in milliseconds.
    func run(_ database: BenchmarkDatabase) async throws -> (count: Int, lag: Double) {
        var configuration = PostgresConfiguration(conninfo: database.conninfo)
        configuration.applicationName = "muster-bench submit"
        configuration.poolSize = 2
        let client = PostgresClient(configuration, logger: database.server.logger)
        do {
            let scheduler = try NoOpFleet.scheduler(client: client)
            let lag = try await withThrowingTaskGroup(of: Double.self) { group in
                for lane in 0..<2 { group.addTask { try await pace(lane, of: 2, scheduler) } }
                return try await group.reduce(0, max)
            }
            await client.shutdown()
            return (ticks * eachTick, lag)
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private var eachTick: Int { max(1, perSecond / 100) }
    private var ticks: Int { seconds * 100 }

    private func pace(_ lane: Int, of lanes: Int, _ scheduler: TaskScheduler) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        var lag = Duration.zero
        for tick in stride(from: lane, to: ticks, by: lanes) {
            let due = start + .milliseconds(10) * tick
            try await clock.sleep(until: due, tolerance: .zero)
            lag = max(lag, clock.now - due)
            // Counted from the moment when it was due: a submitter that falls behind must not look quick.
            let late = Int64((clock.now - due) / .nanoseconds(1))
            let params = NoOp.params(at: MonotonicTime.now - late, bytes: paramsBytes)
            _ = try await scheduler.submit([TaskRequest](repeating: TaskRequest(action: NoOp.name, params: params), count: eachTick))
        }
        return lag / .milliseconds(1)
    }
}

import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// One store, reached directly and through a proxy that cuts.
struct Cuts: Sendable {
    let proxy: TCPProxy
    let direct: TaskScheduler
    /// On one connection, through the proxy.
    let through: TaskScheduler
    let incarnation: UUID
    let actions: [Int16]

    /// The claim of one task of these actions.
    func claim(of actions: [Int16]) -> ClaimTasks {
        ClaimTasks(actions: actions, limit: 1, incarnation: incarnation, deadAfter: .seconds(3600))
    }

    /// Does the work once whole, then cut after each number of bytes that it sent and was answered with.
    ///
    /// - Parameters:
    ///   - warm: brings the connection to where nothing but the work itself has to be sent
    ///   - judge: called with the number of the round and the answer; nil when the work failed
    /// - Returns: how often the work was done
    func everywhere<Answer>(
        warm: () async throws -> Void, work: (Int) async throws -> Answer, judge: (Int, Answer?) async throws -> Void
    ) async throws -> Int {
        try await patiently(warm)
        proxy.begin(.none)
        let whole = try await work(0)
        let bytes = proxy.counts
        try await judge(0, whole)
        try #require(bytes.fromClient > 20 && bytes.fromServer > 20)
        let step = FaultReport.isWhole ? 1 : 37
        var faults = stride(from: 0, to: bytes.fromClient, by: step).map { TCPProxy.Fault.cutAfter(fromClient: $0) }
        faults += stride(from: 0, to: bytes.fromServer, by: step).map { TCPProxy.Fault.cutAnswerAfter(fromServer: $0) }
        var fired = 0
        for (round, fault) in faults.enumerated() {
            try await patiently(warm)
            proxy.begin(fault)
            let answer: Answer?
            do { answer = try await work(round + 1) } catch { answer = nil }
            if proxy.hasFired { fired += 1 }
            proxy.begin(.none)
            try await judge(round + 1, answer)
        }
        // Numbers differ in length from round to round, so that the last byte or two may not be sent.
        #expect(fired * 10 >= faults.count * 8)
        return faults.count + 1
    }

    // The connection of the last round may be noticed as broken only now.
    private func patiently(_ warm: () async throws -> Void) async throws {
        for _ in 0..<10 {
            do { return try await warm() } catch { continue }
        }
        try await warm()
    }
}

/// Lends a store of its own with one process on its roll.
func withCuts(_ body: (Cuts) async throws -> Void) async throws {
    let store = try FaultStore()
    do {
        try await store.start()
        let proxy = try TCPProxy(to: store.port)
        defer { proxy.close() }
        try await withClient(store.conninfo) { direct in
            _ = try await Migrator(client: direct).migrate()
            let conninfo = "host=127.0.0.1 port=\(proxy.port) user=postgres dbname=postgres sslmode=disable gssencmode=disable"
            try await withClient(conninfo, poolSize: 1) { through in
                // Nobody lives here, and submissions are accepted all the same.
                let topology = Topology(onUncovered: .park, gracePeriod: .seconds(86_400))
                func scheduler(_ client: PostgresClient) throws -> TaskScheduler {
                    TaskScheduler(client: client, catalogue: try Catalogue(Probes.actions), topology: topology, events: EventRecorder())
                }
                let scheduler = try (direct: scheduler(direct), through: scheduler(through))
                let incarnation = UUID()
                let identity = ProcessIdentity(instance: "claims only", version: "test")
                _ = try await direct.execute(RegisterProcess(incarnation: incarnation, identity: identity, configDigest: ""))
                let actions = try await scheduler.direct.numbers.all().values.sorted()
                try await body(
                    Cuts(
                        proxy: proxy, direct: scheduler.direct, through: scheduler.through, incarnation: incarnation, actions: actions))
            }
        }
        await store.remove()
    } catch {
        await store.remove()
        throw error
    }
}

import Foundation
import Postgres
import Synchronization

/// This process's place among the live ones: joining, the heartbeat, leaving.
final class Membership: Sendable {
    private struct State {
        var incarnation = UUID.random()
        var isMember = false
        var lastBeat = ContinuousClock.now
        var steadySince = ContinuousClock.now
        var manifest: [HandlerRecord] = [] { didSet { manifestVersion += 1 } }
        var manifestVersion = 0
    }

    private let state = Mutex(State())
    private let client: PostgresClient
    private let scheduler: TaskScheduler
    let identity: ProcessIdentity
    /// The database's clock, as its answers to this process tell.
    let clock = DatabaseClock()

    private var settings: SchedulerSettings { scheduler.settings }

    init(client: PostgresClient, scheduler: TaskScheduler, identity: ProcessIdentity) {
        self.client = client
        self.scheduler = scheduler
        self.identity = identity
    }

    /// The running incarnation.
    var incarnation: UUID { state.withLock { $0.incarnation } }

    /// Whether the store counts this process as alive, as far as is known here.
    var isMember: Bool { state.withLock { $0.isMember } }

    /// The manifest as it was registered last.
    var manifest: [HandlerRecord] { state.withLock { $0.manifest } }

    /// The manifest with a number that changes whenever it does.
    var versionedManifest: (Int, [HandlerRecord]) { state.withLock { ($0.manifestVersion, $0.manifest) } }

    /// How long ago the heartbeat was renewed.
    var sinceLastBeat: Duration { state.withLock { $0.lastBeat }.duration(to: .now) }

    /// Whether attempts of this incarnation may run: it is the present one, and its heartbeat is younger than half the dead interval (I7).
    func mayRun(_ incarnation: UUID) -> Bool {
        state.withLock {
            $0.isMember && $0.incarnation == incarnation && $0.lastBeat.duration(to: .now) < settings.deadAfter / 2
        }
    }

    /// Whether this process has seen the database for a whole dead interval without a gap.
    ///
    /// Only then may it declare others dead: after an outage of the database every heartbeat is old, and nobody is to blame. After a pause of
    /// the whole machine neither: its own heartbeat is as old then.
    var mayJudge: Bool {
        state.withLock {
            $0.isMember && $0.steadySince.duration(to: .now) >= settings.deadAfter && $0.lastBeat.duration(to: .now) < longestGap
        }
    }

    // Between two heartbeats of a process that stood still for no time.
    private var longestGap: Duration { settings.deadAfter / 2 }

    /// Notes that a heartbeat could not be renewed in time.
    func stumble() { state.withLock { $0.steadySince = .now } }

    /// Calls the roll with this process in it, and refuses to go on when it has a gap of its own.
    ///
    /// - Throws: ``SchedulerError`` with code `roll_call`, one finding a gap.
    func answerRollCall(_ manifest: [HandlerRecord]) async throws {
        let roll = RollReader(client: client, catalogue: scheduler.catalogue, topology: scheduler.topology, settings: settings)
        let others = try await roll.processes(withHistory: false).filter { $0.isLive && $0.instance != identity.instance }
        let now = Date()
        let me = ProcessRecord(
            incarnation: UUID.random(), instance: identity.instance, host: identity.host, pid: identity.pid, version: identity.version,
            configDigest: scheduler.topology.digest, state: .running, startedAt: now, beatAt: now, isLive: true, handlers: manifest)
        let report = RollCall.call(
            catalogue: scheduler.catalogue, topology: scheduler.topology, processes: others + [me], unfinished: [:])
        let refusals = RollCall.refusals(for: identity.instance, in: report)
        guard refusals.isEmpty else {
            throw SchedulerError(.rollCall, Finding.lines(refusals).joined(separator: "\n"), findings: refusals)
        }
    }

    /// Registers a new incarnation, once no other live process has the name.
    ///
    /// A namesake whose process is known to be gone is declared dead at once; one that may be gone is waited for, at most for the dead
    /// interval.
    ///
    /// - Throws: ``SchedulerError`` with code `duplicate_instance` when the namesake renews its heartbeat meanwhile.
    func join(_ manifest: [HandlerRecord]) async throws {
        let incarnation = UUID.random()
        var lastSeen: FindNamesake.Row?
        var asked = ContinuousClock.now
        while true {
            guard let namesake = try await findNamesake() else {
                do {
                    asked = .now
                    try await register(incarnation, manifest)
                    break
                } catch let error as PostgresError where error.constraint == "process_one_of_a_name" {
                    continue
                } catch let error as PostgresError {
                    throw StoreFailure.translate(error, while: "registering this process")
                }
            }
            if namesake.isExpired || identity.isGone(pid: namesake.pid, place: namesake.place) {
                try await scheduler.bury(known: namesake.incarnation)
            } else if let seen = lastSeen, seen.incarnation == namesake.incarnation, seen.beatAt < namesake.beatAt {
                throw duplicate(namesake)
            } else {
                // One that went back was dated anew because the database's clock was set back: only from here on does growth mean life.
                let isSame = lastSeen.map { $0.incarnation == namesake.incarnation && $0.beatAt == namesake.beatAt } ?? false
                if !isSame { lastSeen = namesake }
                try await StoreFailure.wrapping("registering this process") {
                    _ = try await client.execute(SetBackHeartbeats(deadAfter: settings.deadAfter))
                }
                try await ContinuousClock().sleep(for: settings.heartbeatInterval / 2)
            }
        }
        state.withLock { state in
            state.incarnation = incarnation
            state.isMember = true
            // As with each heartbeat: from before the store was asked, which dates it later at most (I7).
            state.lastBeat = asked
            state.steadySince = .now
            state.manifest = manifest
        }
        scheduler.events.record(.processJoined(instance: identity.instance, incarnation: incarnation))
        scheduler.wakeUps.send(.rollCall)
    }

    /// Renews the heartbeat.
    ///
    /// - Returns: the running tasks that are to be cancelled; nil when the store no longer counts this incarnation as alive.
    func beat() async throws -> [TaskID]? {
        let asked = ContinuousClock.now
        let beat = Beat(incarnation: incarnation, deadAfter: settings.deadAfter, timed: scheduler.duties.timed)
        guard let answer = try await client.execute(beat).first else { return nil }
        clock.heard(answer.clock)
        state.withLock { state in
            if state.lastBeat.duration(to: asked) >= longestGap { state.steadySince = asked }
            state.lastBeat = asked
        }
        scheduler.duties.post(answer.duties)
        return answer.toCancel.map(TaskID.init(rawValue:))
    }

    /// Forgets that the store counts this incarnation as alive: from here on nothing is claimed.
    func fence() {
        state.withLock { state in
            state.isMember = false
            state.steadySince = .now
        }
    }

    /// Registers the manifest anew.
    func renew(_ manifest: [HandlerRecord]) async throws {
        _ = try await client.execute(RegisterHandlers(incarnation: incarnation, handlers: manifest))
        state.withLock { $0.manifest = manifest }
        scheduler.wakeUps.send(.rollCall)
    }

    /// Says that this process takes no more work.
    func drain() async throws {
        _ = try await client.execute(ChangeState(incarnation: incarnation, state: .draining))
        scheduler.wakeUps.send(.rollCall)
    }

    /// Gives back what is still claimed, and leaves.
    ///
    /// - Returns: how many claims were given back.
    func leave() async throws -> Int {
        let incarnation = incarnation
        let released: Int
        do {
            released = try await giveBack(incarnation)
        } catch let error as PostgresError where error.sqlState == "40P01" {
            // A reclaim took the same rows in another order; once more finds what it left.
            released = try await giveBack(incarnation)
        }
        fence()
        scheduler.events.record(.processLeft(instance: identity.instance, incarnation: incarnation))
        if released > 0 { scheduler.wakeUps.send(.work) }
        scheduler.wakeUps.send(.rollCall)
        return released
    }

    private func giveBack(_ incarnation: UUID) async throws -> Int {
        try await client.transaction { connection in
            let released = try connection.run(ReleaseClaims(incarnation: incarnation))
            _ = try connection.run(ChangeState(incarnation: incarnation, state: .stopped))
            return released.count
        }
    }

    private func findNamesake() async throws -> FindNamesake.Row? {
        try await StoreFailure.wrapping("registering this process") {
            try await client.execute(FindNamesake(instance: identity.instance, deadAfter: settings.deadAfter)).first
        }
    }

    private func register(_ incarnation: UUID, _ manifest: [HandlerRecord]) async throws {
        let process = RegisterProcess(incarnation: incarnation, identity: identity, configDigest: scheduler.topology.digest)
        let time = try await client.transaction { connection in
            let time = try connection.run(process).first
            _ = try connection.run(RegisterHandlers(incarnation: incarnation, handlers: manifest))
            return time
        }
        if let time { clock.heard(time) }
    }

    private func duplicate(_ namesake: FindNamesake.Row) -> SchedulerError {
        let finding = Finding(
            kind: .duplicateInstance, process: identity.instance,
            problem: "A live process named \(identity.instance) runs already, as pid \(namesake.pid) on \(namesake.host).",
            remedy: "Stop it first, or give this one another worker_name of instance_map.")
        return SchedulerError(.duplicateInstance, finding.line, findings: [finding])
    }
}

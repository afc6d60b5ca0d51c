import Foundation
import Postgres
import SchedulerTesting
import Testing

@testable import Scheduler

/// Two claimers with floors beside writers that commit late, in random order: whatever is ready is seen by the next full look.
@Suite(.timeLimit(.minutes(3)))
struct ClaimFloorPropertyTests {
    @Test(arguments: [1, 7, 42, 2026, 17_823] as [UInt64])
    func `nothing ready is missed by a full look, and claims come in order`(_ seed: UInt64) async throws {  // I2 I3 I8
        try await withStore { store in
            try await store.client.withConnection { first in
                try await store.client.withConnection { second in
                    let story = try await ClaimStory(store: store, writers: [first, second], seed: seed)
                    for _ in 0..<150 { try await story.step() }
                    try await story.end()
                }
            }
        }
    }
}

/// One random interleaving.
private final class ClaimStory {
    private struct Claimer {
        let incarnation: UUID
        var floor = ClaimFloor()
        var held: [ClaimTasks.Row] = []
    }

    private let store: StoreUnderTest
    private let writers: [PostgresConnection]
    private let lines: [ClaimLine]
    private var isOpen = [false, false]
    private var claimers: [Claimer]
    private var generator: SplitMix
    private var nextID: Int64 = 1
    private var completed: Set<Int64> = []

    init(store: StoreUnderTest, writers: [PostgresConnection], seed: UInt64) async throws {
        self.store = store
        self.writers = writers
        lines = ClaimLine.all(of: Array(store.actions.prefix(2)))
        generator = SplitMix(state: seed)
        claimers = [Claimer(incarnation: try await store.join("main")), Claimer(incarnation: try await store.join("second"))]
    }

    func step() async throws {
        switch generator.below(12) {
        case 0...2: try await write()
        case 3: try await lockAndLeave()
        case 4: try await settleWriters()
        case 5: try await look(isFull: false)
        case 6: try await look(isFull: true)
        case 7...9: _ = try await claim(generator.below(2), limit: 1 + generator.below(20))
        case 10: try await finish()
        default: try await lose()
        }
    }

    /// Lets everybody finish: every task that was ever committed must come to its end, once.
    func end() async throws {
        for writer in writers.indices where isOpen[writer] { try await writers[writer].script("COMMIT") }
        for claimer in claimers.indices { try await complete(claimer) }
        while true {
            try await look(isFull: true, by: 0)
            let claimed = try await claim(0, limit: 50)
            if claimed.isEmpty { break }
            try await complete(0)
        }
        let left = try await store.client.execute(ReadyKeys())
        #expect(left.isEmpty)
        #expect(completed == Set(1..<nextID))
    }

    // Tasks with keys anywhere, by a transaction that may stay open for a while.
    private func write() async throws {
        let writer = generator.below(2)
        if !isOpen[writer] { try await writers[writer].script("BEGIN") }
        isOpen[writer] = true
        for _ in 0..<(1 + generator.below(8)) {
            let line = lines[generator.below(lines.count)]
            let task =
                "\(nextID), \(line.action), \(line.priority), timestamptz '2026-01-01 00:00:00.000001Z' + interval '\(generator.below(100)) ms'"
            try await writers[writer].script(
                """
                INSERT INTO muster.task (id, action, priority, run_at, created_at, params) VALUES (\(task), now(), '{}');
                INSERT INTO muster.ready (id, action, priority, run_at) VALUES (\(task))
                """)
            nextID += 1
        }
        if generator.below(2) == 0 { try await settle(writer) }
    }

    // Another claim that comes to nothing.
    private func lockAndLeave() async throws {
        guard let writer = isOpen.firstIndex(of: false) else { return }
        isOpen[writer] = true
        try await writers[writer].script("BEGIN; SELECT id FROM muster.ready ORDER BY random() LIMIT 10 FOR UPDATE SKIP LOCKED")
    }

    private func settle(_ writer: Int) async throws {
        try await writers[writer].script("COMMIT")
        isOpen[writer] = false
    }

    private func settleWriters() async throws { for writer in writers.indices where isOpen[writer] { try await settle(writer) } }

    private func look(isFull: Bool, by claimer: Int? = nil) async throws {
        let claimer = claimer ?? generator.below(2)
        let look = claimers[claimer].floor.look(at: lines, isFull: isFull)
        let rows = try await store.client.execute(FindReady(starts: look.starts))
        claimers[claimer].floor.take(rows.compactMap(\.first), of: look, clock: try #require(rows.first).clock)
        guard isFull else { return }
        let floor = claimers[claimer].floor
        let hidden = try await store.client.execute(ReadyKeys()).filter { $0.key < floor[$0.line] }
        #expect(hidden.isEmpty, "a full look left tasks below the floor")
    }

    private func claim(_ claimer: Int, limit: Int) async throws -> [ClaimTasks.Row] {
        let starts = claimers[claimer].floor.starts(in: lines)
        // What a claim may take: above the floor, and not locked by anybody.
        let floor = claimers[claimer].floor
        let free = try await store.client.execute(ReadyKeys(skipsLocked: true)).filter { $0.key >= floor[$0.line] }
        let rows = try await store.client.execute(
            ClaimTasks(starts: starts, limit: limit, incarnation: claimers[claimer].incarnation, deadAfter: .seconds(60)))
        #expect(rows.map(\.place) == Array(free.prefix(limit)), "the best that is free, in order")
        claimers[claimer].floor.take(claimed: rows.map(\.place))
        claimers[claimer].held += rows
        return rows
    }

    // Some complete, some go back to where they stood.
    private func finish() async throws {
        let claimer = generator.below(2)
        guard generator.below(3) == 0 else { return try await complete(claimer) }
        let outcome = generator.below(2) == 0 ? "retry" : "interrupted"
        let items = claimers[claimer].held.map {
            DeferAttempts.Item(
                id: $0.id, attempt: $0.attempt, runAt: $0.runAt, outcome: outcome, waitMilliseconds: 0, error: "again")
        }
        let ids = try await store.client.execute(DeferAttempts(incarnation: claimers[claimer].incarnation, items: items))
        #expect(ids.count == items.count)
        claimers[claimer].held = []
    }

    private func complete(_ claimer: Int) async throws {
        for (attempt, rows) in Dictionary(grouping: claimers[claimer].held, by: \.attempt) {
            let done = rows.map(\.id)
            let ended = try await store.client.affected(
                CompleteAttempts(incarnation: claimers[claimer].incarnation, attempt: attempt, ids: done))
            #expect(ended == done.count)
            #expect(completed.isDisjoint(with: done), "no task completes twice")
            completed.formUnion(done)
        }
        claimers[claimer].held = []
    }

    // A process dies, its tasks are taken back, and it comes back as another incarnation that knows nothing.
    private func lose() async throws {
        guard generator.below(4) == 0 else { return }
        let claimer = generator.below(2)
        _ = try await store.client.execute(ReleaseClaims(incarnation: claimers[claimer].incarnation))
        claimers[claimer].held = []
        if generator.below(2) == 0 { claimers[claimer].floor = ClaimFloor() }
    }
}

/// What stands ready, in the order of claims.
private struct ReadyKeys: Statement {
    var skipsLocked = false

    static let name = "ready_keys"
    static let sql = """
        SELECT action, priority, run_at, id FROM muster.ready
        WHERE NOT $1::boolean OR id IN (SELECT id FROM muster.ready FOR UPDATE SKIP LOCKED)
        ORDER BY priority, run_at, id
        """

    func bind(_ binds: inout Binds) { binds.add(skipsLocked) }

    static func decode(_ row: inout RowReader) throws -> ClaimStart {
        let line = ClaimLine(action: try row.next(), priority: try row.next())
        return ClaimStart(line: line, key: ClaimKey(runAt: try row.next(), id: try row.next()))
    }
}

/// A small generator: the same numbers for the same seed.
struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}

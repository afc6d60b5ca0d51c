import Foundation
import Testing

@testable import Scheduler

/// The invariants over random orders of real statements, beside the model in docs/model that goes through all orders of a small one.
///
/// The seeds are fixed, so that the test is the same each time. `MUSTER_WALKS=100` takes a hundred others, `MUSTER_WALK_SEED=7` one.
@Suite(.timeLimit(.minutes(10)))
struct RandomWalkTests {
    private static let steps = 300

    static var seeds: [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["MUSTER_WALK_SEED"].flatMap(UInt64.init) { return [seed] }
        if let count = environment["MUSTER_WALKS"].flatMap(Int.init) { return (0..<count).map { _ in .random(in: 1000...UInt64.max) } }
        return Array(1...6)
    }

    @Test(arguments: seeds)
    func `whatever happens in whatever order, nothing is lost, undone, ended twice or changed by the dead`(
        seed: UInt64
    ) async throws {  // I1, I2, I4, I5, I8, I10
        try await withStore { store in
            var walk = Walk(store: store, seed: seed)
            do {
                for _ in 0..<Self.steps { try await walk.step() }
                try await walk.finish()
            } catch {
                Issue.record(
                    """
                    MUSTER_WALK_SEED=\(seed) broke at step \(walk.steps.count); the last ones were:
                    \(walk.steps.suffix(25).joined(separator: "\n"))
                    """)
                throw error
            }
        }
    }
}

import Postgres
import Testing

@testable import Scheduler

/// When an outcome that the database refuses is tried no more, and what its errors mean.
struct RefusalsTests {
    @Test func `five refusals while others are taken are final`() {
        var refusals = Refusals()
        for taken in 0..<4 {
            refusals.refused(taken: taken)
            #expect(!refusals.isFinal)
        }
        refusals.refused(taken: 4)
        #expect(refusals.isFinal)
    }

    @Test func `while the database takes nothing at all, nothing is given up`() {
        var refusals = Refusals()
        for _ in 0..<1000 { refusals.refused(taken: 7) }
        #expect(refusals.count == 1)
        #expect(!refusals.isFinal)
        #expect(refusals.wait == .seconds(30))
    }

    @Test func `a statement that ran into its time limit never counts`() {
        var refusals = Refusals()
        for _ in 0..<1000 { refusals.refused(taken: nil) }
        #expect(!refusals.isFinal)
    }

    @Test func `the waits double from a second to thirty`() {
        var refusals = Refusals()
        let waits = (0..<7).map { _ -> Duration in
            refusals.refused(taken: 0)
            return refusals.wait
        }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
    }

    @Test(arguments: [
        ("25006", SchedulerError.Code.databaseUnavailable), ("08006", .databaseUnavailable), ("53100", .databaseUnavailable),
        ("53300", .databaseUnavailable), ("57P01", .databaseUnavailable), ("58030", .databaseUnavailable), ("22021", .invalidRequest),
        ("23514", .invalidRequest), ("42501", .database), ("P0001", .database), ("3F000", .schemaVersion),
    ])
    func `an error of the server becomes the scheduler's by its code`(state: String, code: SchedulerError.Code) {
        let error = PostgresError(code: .server, message: "in some language", sqlState: state)
        #expect(StoreFailure.translate(error, while: "testing").code == code)
    }

    @Test func `a statement's own time limit is not the database's mood, a pool without a free connection is`() {
        let late = PostgresError(code: .timeout, message: "late", sqlState: "57014")
        #expect(StoreFailure.translate(late, while: "testing").code == .databaseTimeout)
        let busy = PostgresError(code: .timeout, message: "busy")
        #expect(StoreFailure.translate(busy, while: "testing").code == .databaseUnavailable)
        let cancelled = PostgresError(code: .cancelled, message: "by somebody", sqlState: "57014")
        #expect(StoreFailure.translate(cancelled, while: "testing").code == .databaseUnavailable)
    }
}

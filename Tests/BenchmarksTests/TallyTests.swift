import Foundation
import Synchronization
import Testing

@testable import Benchmarks

@Suite struct `The count of handled tasks` {
    @Test func `marks are told in the order of their numbers and times, whichever threads count`() {
        let told = Mutex<[(handled: Int, at: Int64)]>([])
        var options = WorkerOptions()
        options.mark = 1
        let tally = Tally(options) { message in
            guard case .mark(let handled, let at) = message else { return }
            told.withLock { $0.append((handled, at)) }
        }
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<20_000 { tally.count(submittedAt: 0) }
        }
        let marks = told.withLock { $0 }
        #expect(marks.map(\.handled) == Array(1...160_000))
        #expect(zip(marks, marks.dropFirst()).allSatisfy { $0.at <= $1.at })
    }
}

import Testing

@testable import Scheduler

/// Which claimed tasks may run beside which (I5).
struct SuspicionTests {
    private func judge(_ crashes: [Int], free: Int, holdsLastChance: Bool = false, maximum: Int = 3) -> [Suspicion.Fate]? {
        var suspicion = Suspicion(maximumCrashes: maximum)
        return suspicion.judge(crashes: crashes, free: free, holdsLastChance: holdsLastChance)
    }

    @Test func `tasks that never saw a death may all wait for a lane`() {
        #expect(judge([0, 0, 0], free: 1) == nil)
        #expect(judge([], free: 0) == nil)
    }

    @Test func `one suspect in a batch keeps all from waiting: what finds no lane goes back`() {  // I5
        #expect(judge([0, 1, 0, 0], free: 2) == [.start, .start, .giveBack, .giveBack])
        #expect(judge([1, 0], free: 0) == [.giveBack, .giveBack])
    }

    @Test func `only one task at its last chance runs at a time`() {  // I5
        #expect(judge([2, 2, 1, 2], free: 10) == [.start, .wait, .start, .wait])
        #expect(judge([2, 1, 0], free: 10, holdsLastChance: true) == [.wait, .start, .start])
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 2), (5, 4)])
    func `the last chance is the crash before quarantine, and never none`(maximum: Int, last: Int) {
        let suspicion = Suspicion(maximumCrashes: maximum)
        #expect(!suspicion.isLastChance(crashes: last - 1))
        #expect(suspicion.isLastChance(crashes: last))
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 2), (5, 4)])
    func `beside a task at its last chance no other one is claimed`(maximum: Int, last: Int16) {  // I5
        let suspicion = Suspicion(maximumCrashes: maximum)
        #expect(suspicion.mostCrashes(holdsLastChance: true) == last)
        #expect(suspicion.mostCrashes(holdsLastChance: false) == .max)
    }

    @Test func `care lasts until a batch comes without suspects`() {
        var suspicion = Suspicion(maximumCrashes: 3)
        #expect(!suspicion.isCareful)
        _ = suspicion.judge(crashes: [0, 1], free: 5, holdsLastChance: false)
        #expect(suspicion.isCareful)
        _ = suspicion.judge(crashes: [0, 0], free: 5, holdsLastChance: false)
        #expect(!suspicion.isCareful)
    }
}

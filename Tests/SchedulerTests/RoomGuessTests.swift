import Testing

@testable import Scheduler

struct RoomGuessTests {
    @Test func `what was counted can be claimed without a count until it is used up`() {
        var guess = RoomGuess()
        #expect(!guess.mayDo(1, of: [7]))
        guess.counted([(action: 7, left: 25)])
        #expect(guess.mayDo(10, of: [7]))
        #expect(!guess.mayDo(10, of: [7, 8]))
        guess.hit(10, of: [7])
        guess.hit(10, of: [7])
        #expect(!guess.mayDo(10, of: [7]))
        #expect(guess.mayDo(5, of: [7]))
    }

    @Test func `where others claim as well it is tried less and less often, until it does again`() {
        var guess = RoomGuess()
        var tries: [Int] = []
        for turn in 0..<256 {
            let isTried = guess.mayDo(1, of: [7])
            guess.counted([(action: 7, left: 100)])
            guard isTried else { continue }
            tries.append(turn)
            guess.miss()
        }
        #expect(tries == [1, 2, 4, 8, 16, 32, 64, 128, 192])
        #expect(guess.mayDo(1, of: [7]))
        guess.hit(1, of: [7])
        #expect(guess.mayDo(1, of: [7]), "it did, and is tried at once again")
        guess.miss()
        #expect(guess.mayDo(1, of: [7]), "the first miss after that takes no count more")
    }
}

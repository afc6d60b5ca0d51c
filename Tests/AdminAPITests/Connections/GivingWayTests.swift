import NIOCore
import Testing

@testable import AdminAPI

@Suite struct `Giving way` {
    private let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func ago(_ milliseconds: Int64) -> NIODeadline { now - .milliseconds(milliseconds) }

    @Test func `who has been idle longest goes, before anybody in the middle of something`() {
        let turns: [Turn] = [
            .working, .owing(since: ago(60_000)), .idle(since: ago(200)), .idle(since: ago(9000)),
            .idle(since: ago(300)),
        ]
        #expect(GivingWay.choose(among: turns, now: now) == 3)
    }

    @Test func `where nobody is idle, whose client has moved nothing for longest goes`() {
        let turns: [Turn] = [.owing(since: ago(1500)), .working, .owing(since: ago(30_000)), .owing(since: ago(2000))]
        #expect(GivingWay.choose(among: turns, now: now) == 2)
    }

    @Test func `nobody goes who is being worked for, has just come, or moves`() {
        #expect(GivingWay.choose(among: [], now: now) == nil)
        let turns: [Turn] = [.working, .idle(since: ago(20)), .owing(since: ago(700)), .working]
        #expect(GivingWay.choose(among: turns, now: now) == nil)
    }

    @Test func `a newcomer is left alone while others owe`() {
        #expect(GivingWay.choose(among: [.idle(since: ago(1)), .owing(since: ago(5000))], now: now) == 1)
    }
}

@Suite struct `The pace of answers` {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func pace(taken: Int = 0, waiting: Int) -> AnswerPace {
        AnswerPace(leastBytes: 1000, window: .seconds(35), taken: taken, waiting: waiting, now: start)
    }

    private func after(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

    @Test func `who takes nothing is cut when the window ends, and not before`() {
        var pace = pace(waiting: 5000)
        #expect(pace.look(taken: 0, waiting: 5000, now: after(34)) == .waiting(since: start))
        #expect(pace.look(taken: 0, waiting: 9000, now: after(35)) == .tooSlow)
    }

    @Test func `who takes the least is borne, in each window anew`() {
        var pace = pace(waiting: 5000)
        #expect(pace.look(taken: 1000, waiting: 4000, now: after(20)) == .waiting(since: after(20)))
        #expect(pace.look(taken: 1000, waiting: 4000, now: after(35)) == .waiting(since: after(20)))
        #expect(pace.look(taken: 1999, waiting: 3001, now: after(69)) == .waiting(since: after(69)))
        #expect(pace.look(taken: 1999, waiting: 3001, now: after(70)) == .tooSlow)
    }

    @Test func `who drips is cut`() {
        var pace = pace(waiting: 5000)
        for second in Int64(1)...34 { #expect(pace.look(taken: Int(second), waiting: 4000, now: after(second)) != .tooSlow) }
        #expect(pace.look(taken: 35, waiting: 4000, now: after(35)) == .tooSlow)
    }

    @Test func `a stream of small pieces that are all taken owes no more than they are`() {
        var pace = pace(taken: 700, waiting: 60)
        #expect(pace.look(taken: 760, waiting: 50, now: after(35)) == .waiting(since: after(35)))
        #expect(pace.look(taken: 810, waiting: 0, now: after(36)) == .done)
    }
}

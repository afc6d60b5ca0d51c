import SchedulerTesting
import Synchronization
import Testing

@testable import Scheduler

@Suite(.timeLimit(.minutes(1))) struct PreparationTests {
    /// Gets ready only when the test says so, whatever it is told.
    private struct Deaf: Handler {
        typealias HandledAction = Probe
        let ledger: ProbeLedger

        func prepare() async throws { await ledger.waitDeaf() }
        func run(_ params: ProbeParams, in context: HandlerContext) async throws -> Outcome { .complete(nil) }
    }

    @Test func `a handler that is deaf while it gets ready is not waited for`() async throws {  // I9
        let ledger = ProbeLedger()
        var handlers = HandlerRegistry()
        try handlers.register(Deaf(ledger: ledger))
        let manifest = await Preparation(handlers: handlers, timeout: .milliseconds(50)).manifest()
        #expect(manifest.map(\.ready) == [false])
        #expect(manifest.first?.reason?.contains("within") == true)
        ledger.open()
    }

    @Test func `what a handler lacks is in its manifest`() async throws {
        var handlers = HandlerRegistry()
        try handlers.register(ProbeHandler(Probe.self, ledger: ProbeLedger()) { "no token" })
        let manifest = await Preparation(handlers: handlers, timeout: .seconds(30)).manifest()
        #expect(manifest.map(\.ready) == [false])
        #expect(manifest.first?.reason == "no token")
    }

    /// Cannot tell whether it works.
    private struct Unsure: Handler {
        typealias HandledAction = Probe

        func prepare() async throws { throw DependencyUnavailable("nobody answers") }
        func run(_ params: ProbeParams, in context: HandlerContext) async throws -> Outcome { .complete(nil) }
    }

    @Test func `a handler that cannot tell counts as ready, with what is away`() async throws {
        var handlers = HandlerRegistry()
        try handlers.register(Unsure())
        let manifest = await Preparation(handlers: handlers, timeout: .seconds(30)).manifest()
        #expect(manifest.map(\.ready) == [true])
        #expect(manifest.first?.reason == "nobody answers" && manifest.first?.isUncertain == true)
    }

    @Test func `an action's attempts that end alike are told once a minute, and wake whoever waits each time`() async throws {
        let (doubts, now) = (Doubts(), ContinuousClock.now)
        #expect(doubts.raise("a", now: now) && doubts.raise("b", now: now))
        #expect(!doubts.raise("a", now: now + .seconds(59)) && doubts.raise("a", now: now + .seconds(60)))
        await doubts.wait(atMost: .seconds(3600))
    }
}

import Glibc
import Logging
import NIOCore
import NIOPosix
import SchedulerTesting
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

    /// Lends a listener.
    private func withListener(_ body: (any Channel) async throws -> Void) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(listener)
        } catch {
            try await listener.close()
            throw error
        }
        try await listener.close()
    }

    @Test(arguments: [true, false])
    func `who was chosen and then moved has its place back, who did not is closed`(moves: Bool) async throws {
        try await withListener { listener in
            let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: listener.localAddress?.port ?? 0).get()
            let connections = OpenConnections(limit: 1)
            let place = connections.place(of: client)
            // On its loop, where it would be closed: nothing comes between.
            let isChosen = try await client.eventLoop.submit {
                place.turn = .idle(since: .now() - .seconds(5))
                defer { if moves { place.turn = .idle(since: .now() + .seconds(60)) } }
                return connections.makeRoom()
            }.get()
            #expect(isChosen)
            // Where the only place is taken and nobody may go, there is no room.
            try await eventually("its fate") { moves ? !connections.makeRoom() : !client.isActive }
            #expect(client.isActive == moves)
            try? await client.close()
        }
    }

    @Test func `a failed accept is the gate's own affair, any other trouble is not`() async throws {
        final class Caught: ChannelInboundHandler {
            typealias InboundIn = any Channel
            var codes: [Int32] = []
            func errorCaught(context: ChannelHandlerContext, error: any Error) { codes.append((error as? IOError)?.errnoCode ?? 0) }
        }
        try await withListener { listener in
            let logger = Logger(label: "gate-test") { _ in SwiftLogNoOpLogHandler() }
            try await AcceptGate.install(on: listener, connections: OpenConnections(limit: 9), logger: logger)
            let codes = try await listener.eventLoop.submit {
                let caught = Caught()
                // NIO's own back-off comes next, and keeps what it is told.
                let gate = try listener.pipeline.syncOperations.handler(type: AcceptGate.self)
                try listener.pipeline.syncOperations.addHandler(caught, position: .after(gate))
                for code in [EMFILE, ENFILE, ENOBUFS, ENOMEM, EINVAL] {
                    listener.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
                }
                return caught.codes
            }.get()
            #expect(codes == [EINVAL])
        }
    }
}

@Suite struct `The pace of bodies` {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func after(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

    @Test func `a byte now and then renews nothing, enough of them together do`() {
        var pace = BodyPace()
        for second in Int64(0)..<10 {
            pace.isAwaited(now: after(second))
            #expect(pace.since == start)
            pace.came(1, now: after(second + 1))
            #expect(pace.since == nil)
        }
        pace.isAwaited(now: after(10))
        pace.came(GivingWay.leastMove - 10, now: after(11))
        pace.isAwaited(now: after(11))
        #expect(pace.since == after(11))
    }

    @Test func `time in which nobody here reads is not the client's, and the next body begins anew`() {
        var pace = BodyPace()
        pace.isAwaited(now: start)
        pace.came(5, now: after(1))
        pace.isAwaited(now: after(60))
        #expect(pace.since == after(59))
        pace.isAwaited(now: after(62))
        #expect(pace.since == after(59))
        pace.ended()
        #expect(pace.since == nil)
        pace.isAwaited(now: after(70))
        #expect(pace.since == after(70))
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
        #expect(pace.look(taken: 1000, waiting: 4000, now: after(20)) == .waiting(since: start))
        #expect(pace.look(taken: 1000, waiting: 4000, now: after(35)) == .waiting(since: start))
        #expect(pace.look(taken: 1999, waiting: 3001, now: after(69)) == .waiting(since: start))
        #expect(pace.look(taken: 1999, waiting: 3001, now: after(70)) == .tooSlow)
    }

    @Test func `a few bytes are no move, enough of them together are one`() {
        var pace = pace(waiting: 9000)
        #expect(pace.look(taken: 4095, waiting: 4905, now: after(3)) == .waiting(since: start))
        #expect(pace.look(taken: 4096, waiting: 4904, now: after(4)) == .waiting(since: after(4)))
        #expect(pace.look(taken: 8191, waiting: 809, now: after(5)) == .waiting(since: after(4)))
        #expect(pace.look(taken: 8192, waiting: 808, now: after(6)) == .waiting(since: after(6)))
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

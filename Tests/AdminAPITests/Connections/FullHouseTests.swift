import SchedulerTesting
import Synchronization
import Testing

@testable import AdminAPI

/// A listener whose places are all taken, and clients that do not take what they asked for, over real sockets.
@Suite(.serialized, .timeLimit(.minutes(2))) struct FullHouseTests {
    private static let live = "GET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    private static let large = "GET /_muster/v1/openapi.json HTTP/1.1\r\nHost: h\r\n\r\n"

    private func withPort(
        _ settings: AdminAPISettings, readiness: @escaping ReadinessSource = { .fine },
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await TestAPI.withoutDatabase(settings: settings, readiness: readiness) { (api: TestAPI) async throws in
            try await body(try #require(api.client.port))
        }
    }

    private func settings(places: Int = 1000) -> AdminAPISettings {
        var settings = AdminAPISettings()
        settings.maximumConnections = places
        return settings
    }

    /// Asks on a new connection; the answer must come long before any time limit of those who are in the way.
    private func expectAnswer(
        _ port: Int, within limit: Duration = .seconds(12), sourceLocation: SourceLocation = #_sourceLocation
    )
        async throws
    {
        let begin = ContinuousClock.now
        let answer = try await RawConnection.exchange(port: port, [Self.live])
        #expect(answer.status == 200, sourceLocation: sourceLocation)
        #expect(ContinuousClock.now - begin < limit, sourceLocation: sourceLocation)
    }

    @Test func `connections that say nothing give way to whoever asks`() async throws {  // I9
        try await withPort(settings(places: 8)) { port in
            let silent = try await HeldConnections.open(30, port: port)
            for _ in 0..<3 { try await expectAnswer(port) }
            try await eventually("most to be closed") { silent.closed >= 22 }
        }
    }

    @Test func `heads that never end give way, bodies that stand still too`() async throws {  // I9
        try await withPort(settings(places: 8)) { port in
            let halves = try await HeldConnections.open(12, port: port, send: "GET /health/live HTTP/1.1\r\nX-A: ")
            try await expectAnswer(port)
            let bodies = try await HeldConnections.open(
                12, port: port, send: "POST /_muster/v1/tasks HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{")
            try await expectAnswer(port)
            #expect(halves.closed > 0 && bodies.closed > 0)
        }
    }

    @Test func `bodies that come a few bytes at a time give way to whoever asks`() async throws {  // I9
        try await withPort(settings(places: 8)) { port in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let drips = try await HeldConnections.open(
                    8, port: port, send: "POST /_muster/v1/tasks HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n{")
                let answered = Atomic<Bool>(false)
                let gaveWay = Atomic<Bool>(false)
                group.addTask {
                    // The first answer may come before all eight have a place.
                    repeat {
                        try await expectAnswer(port)
                        answered.store(true, ordering: .relaxed)
                    } while !gaveWay.load(ordering: .relaxed) && !Task.isCancelled
                }
                // No longer than twelve seconds at a hundred bytes a second: never so many as are a move.
                try await eventually("an answer", timeout: .seconds(12)) {
                    for number in 0..<8 { drips.send(" ", on: number) }
                    if drips.closed > 0 { gaveWay.store(true, ordering: .relaxed) }
                    return answered.load(ordering: .relaxed) && gaveWay.load(ordering: .relaxed)
                }
                #expect((1..<8).contains(drips.closed))
            }
        }
    }

    @Test func `connections whose answers are never taken give way to whoever asks`() async throws {  // I9
        try await withPort(settings(places: 8)) { port in
            let deaf = try await HeldConnections.open(
                20, port: port, receiveBuffer: 4096, send: String(repeating: Self.large, count: 400))
            for _ in 0..<3 { try await expectAnswer(port) }
            try await eventually("some to be closed") { deaf.closed >= 12 }
        }
    }

    @Test func `while all places are worked for, nobody gives way, and the next one waits and is answered`()
        async throws
    {
        let open = Gate()
        var settings = settings(places: 4)
        settings.readinessTimeout = .seconds(60)
        try await withPort(settings, readiness: open.readiness) { port in
            let probe = "GET /health/ready HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<4 {
                    group.addTask { try await RawConnection.exchange(port: port, [probe], patience: 60_000).status }
                }
                try await eventually("all to be worked for") { open.waiting >= 3 }
                let late = try await HeldConnections.open(3, port: port, send: Self.live)
                try await eventually("the fourth to be worked for") { open.waiting == 4 }
                #expect((0..<3).allSatisfy { late.take(1, from: $0) == 0 })
                open.open()
                #expect(try await group.reduce(into: []) { $0.append($1) } == [200, 200, 200, 200])
                for number in 0..<3 { try await eventually("an answer") { late.take(4096, from: number) > 0 } }
            }
        }
    }

    @Test func `who takes too little of what waits is cut, who reads slowly and who waits for an answer are not`()
        async throws
    {  // I9
        let open = Gate()
        var settings = settings()
        settings.receiveTimeout = .seconds(2)
        settings.readinessTimeout = .seconds(60)
        try await withPort(settings, readiness: open.readiness) { port in
            let length = try await RawConnection.exchange(
                port: port, [Self.large.replacing("Host: h", with: "Host: h\r\nConnection: close")]
            ).text.utf8.count
            let waiting = try await HeldConnections.open(
                1, port: port, send: "GET /health/ready HTTP/1.1\r\nHost: h\r\n\r\n")
            let deaf = try await HeldConnections.open(
                3, port: port, receiveBuffer: 4096, send: String(repeating: Self.large, count: 60))
            let slow = try await HeldConnections.open(
                1, port: port, receiveBuffer: 4096, send: String(repeating: Self.large, count: 60))
            var taken = 0
            try await eventually("the deaf to be cut", timeout: .seconds(30)) {
                taken += slow.take(16_384, from: 0)
                return deaf.closed == 3
            }
            #expect(waiting.closed == 0 && slow.closed == 0)
            // All 60 answers but their `Connection: close`, and so much that no window was one of silence.
            try await eventually("all answers", timeout: .seconds(60)) {
                taken += slow.take(65_536, from: 0)
                return taken >= 60 * (length - 30)
            }
            open.open()
            try await eventually("the answer that took long") { waiting.take(4096, from: 0) > 0 }
        }
    }

    @Test func `requests beyond the bound of reading ahead are answered too, each once and in order`() async throws {
        try await withPort(settings()) { port in
            let many = (0..<500).map { "GET /health/live HTTP/1.1\r\nHost: h\r\nX-Request-Id: n\($0)\r\n\r\n" }.joined()
            let answer = try await RawConnection.exchange(port: port, [many + Self.live])
            #expect(answer.answers == 501 && answer.isClosed)
            let ids = answer.text.matches(of: /x-request-id: n([0-9]+)/.ignoresCase()).compactMap { Int($0.output.1) }
            #expect(ids == Array(0..<500))
        }
    }

    @Test func `two listeners share the places`() async throws {
        try await TestAPI.withoutDatabase(settings: settings(places: 6)) { (first: TestAPI) async throws in
            let port = try #require(first.client.port)
            try await first.alsoListening { other in
                let silent = try await HeldConnections.open(12, port: port)
                for _ in 0..<3 { try await expectAnswer(other) }
                for _ in 0..<3 { try await expectAnswer(port) }
                try await eventually("most to be closed") { silent.closed >= 7 }
            }
        }
    }
}

/// Holds everybody until it is opened.
private final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Answers once it is open.
    var readiness: ReadinessSource {
        {
            await self.wait()
            return .fine
        }
    }

    var waiting: Int { state.withLock { $0.waiters.count } }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

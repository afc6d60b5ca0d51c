/// How a submission over HTTP looks; what knows Muster's actions makes it.
public struct HTTPTarget: Sendable {
    /// A Muster process that answers on this port of 127.0.0.1.
    public var port: Int
    /// Its process id.
    public var process: Int32
    /// The whole request of one submission, by a running number.
    public var request: @Sendable (Int) -> [UInt8]

    /// A target.
    public init(port: Int, process: Int32, request: @escaping @Sendable (Int) -> [UInt8]) {
        self.port = port
        self.process = process
        self.request = request
    }
}

/// Submits over HTTP on several connections at once, each waiting for its answer.
struct HTTPLoad: Sendable {
    var connections: Int
    var seconds: Int

    /// Submits for the given time.
    ///
    /// - Returns: the delays of the answers, all of which were good.
    func run(_ target: HTTPTarget, numbersFrom first: Int) async throws -> (delays: Durations, seconds: Double) {
        let began = MonotonicTime.now
        let end = began + Int64(seconds) * 1_000_000_000
        let numbers = Counter()
        let delays = try await withThrowingTaskGroup(of: Durations.self) { group in
            for _ in 0..<connections {
                group.addTask {
                    try await BlockingThread.run {
                        let connection = try HTTPConnection(port: target.port)
                        var delays = Durations()
                        while case let start = MonotonicTime.now, start < end {
                            let status = try connection.exchange(target.request(first + numbers.next()))
                            guard (200...299).contains(status) else {
                                throw BenchmarkError("The process under test answered a submission with \(status).")
                            }
                            delays.add(nanoseconds: MonotonicTime.now - start)
                        }
                        return delays
                    }
                }
            }
            return try await group.reduce(into: Durations()) { $0.add($1) }
        }
        return (delays, Double(MonotonicTime.now - began) / 1e9)
    }
}

/// Asks whether a process answers.
public enum HTTPProbe {
    /// Whether a GET of this path on 127.0.0.1 is answered with 200.
    public static func answers(port: Int, path: String) async throws -> Bool {
        try await BlockingThread.run {
            let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n".utf8)
            return (try? HTTPConnection(port: port).exchange(request)) == 200
        }
    }
}

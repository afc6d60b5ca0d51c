import FoundationEssentials
import Glibc
import Subprocess
import Synchronization

/// A private redis-server that listens on a Unix socket, keeps nothing on disk and never outlives this process.
public actor TestRedis {
    /// The server did not start; the description holds its last words.
    public struct DidNotStart: Error, CustomStringConvertible {
        /// What it said.
        public let description: String
    }

    private static let sharedStart = Mutex<Task<TestRedis, any Error>?>(nil)
    private static let sharedFolder = Mutex<String?>(nil)

    /// The socket.
    public nonisolated let path: String
    private nonisolated let folder: String
    private let options: [String]
    private var serving: Task<Void, Never>?
    private var processID: pid_t?

    private init(options: [String]) throws {
        var template = Array("/tmp/test-redis-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw DidNotStart(description: "no folder in /tmp: \(String(cString: strerror(errno)))") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = folder + "/redis.sock"
        self.options = options
    }

    /// The one of this test process; started by the first test that needs it and gone with the process.
    public static func shared() async throws -> TestRedis {
        let start = sharedStart.withLock { start in
            let task = start ?? Task { try await startShared() }
            start = task
            return task
        }
        return try await start.value
    }

    private static func startShared() async throws -> TestRedis {
        let redis = try TestRedis(options: [])
        sharedFolder.withLock { $0 = redis.folder }
        // A test process ends by exit(), which waits for no task; the kernel ends the server.
        atexit { TestRedis.sharedFolder.withLock { folder in folder.map { _ = try? FileManager.default.removeItem(atPath: $0) } } }
        try await redis.start()
        return redis
    }

    /// Lends a server of the test's own, with further options such as `["--requirepass", "secret"]`, which it may stop, start, pause and resume.
    public static func with<R: Sendable>(
        options: [String] = [], isolation: isolated (any Actor)? = #isolation, _ body: (TestRedis) async throws -> R
    ) async throws -> R {
        let redis = try TestRedis(options: options)
        defer { try? FileManager.default.removeItem(atPath: redis.folder) }
        do {
            try await redis.start()
            let value = try await body(redis)
            await redis.stop()
            return value
        } catch {
            await redis.stop()
            throw error
        }
    }

    /// Starts the server and waits until it accepts connections.
    public func start() async throws {
        let (ready, ends) = AsyncStream.makeStream(of: pid_t.self)
        let words = LastWords()
        serving = Task { [path, folder, options] in
            await Self.serve(path: path, folder: folder, options: options, words) { ends.yield($0) }
            ends.finish()
        }
        var events = ready.makeAsyncIterator()
        processID = await events.next()
        guard processID != nil else { throw DidNotStart(description: "redis-server did not start: \(words.text)") }
    }

    /// Ends the server; its clients lose their connections.
    public func stop() async {
        resume()
        serving?.cancel()
        await serving?.value
        serving = nil
        processID = nil
    }

    /// Freezes the server: connections stay open and nothing is answered, as when its host has vanished.
    public func pause() {
        if let processID { kill(processID, SIGSTOP) }
    }

    /// Lets a frozen server go on.
    public func resume() {
        if let processID { kill(processID, SIGCONT) }
    }

    private static func serve(
        path: String, folder: String, options: [String], _ words: LastWords, onReady: @escaping @Sendable (pid_t) -> Void
    ) async {
        var platform = PlatformOptions()
        platform.processGroupID = 0
        platform.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(3))]
        do {
            _ = try await run(
                .name("setpriv"),
                arguments: Arguments(
                    ["--pdeathsig=KILL", "redis-server", "--port", "0", "--unixsocket", path, "--dir", folder]
                        + ["--save", "", "--appendonly", "no", "--daemonize", "no"] + options),
                environment: .inherit, workingDirectory: .init(folder), platformOptions: platform, input: .none, output: .sequence,
                error: .discarded
            ) { execution in
                for try await line in execution.standardOutput.strings() {
                    words.append(line)
                    // One such line for each address; there is one.
                    if line.contains("ready to accept connections") { onReady(execution.processIdentifier.value) }
                }
            }
        } catch {
            words.append("\(error)")
        }
    }
}

/// What the server said last.
private final class LastWords: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "; ") } }

    func append(_ line: String) {
        lines.withLock { lines in
            lines.append(line)
            if lines.count > 10 { lines.removeFirst() }
        }
    }
}

import FoundationEssentials
import Glibc
import Subprocess
import Synchronization

/// A running `muster run`, in a process of its own that never outlives this one.
public final class MusterProcess: Sendable {
    /// How it ended.
    public enum End: Sendable, Equatable {
        /// By itself, with this exit code.
        case exit(Int32)
        /// By this signal.
        case signal(Int32)
    }

    /// Its instance name.
    public let instance: String
    /// Its process id; that of the wrapper where there is one that forks.
    public let pid: Int32
    private let record: Record

    private init(instance: String, pid: pid_t, record: Record) {
        self.instance = instance
        self.pid = pid
        self.record = record
    }

    /// Starts the binary; returns as soon as there is a process, ready or not.
    ///
    /// - Parameter arguments: what follows `muster`
    public static func start(_ instance: String, _ arguments: [String]) async throws -> MusterProcess {
        try await start(instance, program: try MusterBinary.path, arguments)
    }

    /// Starts another program of ours in the same way.
    ///
    /// - Parameters:
    ///   - wrapper: a command that becomes the program, such as `ip netns exec name`
    ///   - environment: variables that it gets besides ours
    public static func start(
        _ instance: String, program: String, _ arguments: [String], wrapper: [String] = [], environment: [String: String] = [:]
    ) async throws -> MusterProcess {
        let record = Record()
        var added: [Environment.Key: String?] = ["MUSTER_DSN": nil]
        for (name, value) in environment { added[Environment.Key(stringLiteral: name)] = value }
        let variables = Environment.inherit.updating(added)
        let (started, starting) = AsyncThrowingStream.makeStream(of: pid_t.self)
        Task {
            do {
                let result = try await Subprocess.run(
                    .name("setpriv"), arguments: Arguments(["--pdeathsig=KILL"] + wrapper + [program] + arguments),
                    environment: variables, input: .none, output: .discarded, error: .sequence
                ) { execution in
                    starting.yield(execution.processIdentifier.value)
                    for try await line in execution.standardError.strings() { record.add(line) }
                }
                switch result.terminationStatus {
                case .exited(let code): record.finish(.exit(Int32(code)))
                case .signaled(let signal): record.finish(.signal(Int32(signal)))
                }
                starting.finish()
            } catch {
                record.add("\(error)")
                record.finish(.exit(-1))
                starting.finish(throwing: error)
            }
        }
        var pids = started.makeAsyncIterator()
        guard let pid = try await pids.next() else { throw NotInTime(description: "\(instance) did not start") }
        return MusterProcess(instance: instance, pid: pid, record: record)
    }

    /// The last thousand lines of its log, as they came.
    public var lines: [String] { record.lines }

    /// What every user of the machine sees of its start: the arguments, as `ps` shows them.
    public var commandLine: String {
        (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8).replacing("\0", with: " ")) ?? ""
    }

    /// How it ended; nil while it runs.
    public var end: End? { record.end }

    /// Sends a signal; does nothing once it has ended.
    public func send(_ signal: Int32) {
        if end == nil { _ = Glibc.kill(pid, signal) }
    }

    /// Waits until a line of the log contains the text, and returns the first such line.
    ///
    /// - Throws: ``NotInTime`` with the last lines, also when the process ends before.
    @discardableResult
    public func line(containing text: String, within limit: Duration = .seconds(20)) async throws -> String {
        var found: String?
        do {
            try await eventually("\(instance) saying '\(text)'", timeout: limit) {
                let hasEnded = end != nil
                found = lines.first { $0.contains(text) }
                if found == nil, hasEnded { throw NotInTime(description: "\(instance) ended") }
                return found != nil
            }
        } catch let error as NotInTime {
            throw NotInTime(description: "\(error); its last lines: \(lines.suffix(8).joined(separator: "\n"))")
        }
        return found ?? ""
    }

    /// Waits for its end.
    public func waitForEnd(within limit: Duration = .seconds(30)) async throws -> End {
        try await eventually("the end of \(instance)", timeout: limit) { end != nil }
        return end ?? .exit(-1)
    }

    /// Sends SIGTERM and waits for the end; kills it when that takes longer than 20 s.
    @discardableResult
    public func stop() async throws -> End {
        send(SIGTERM)
        do {
            return try await waitForEnd(within: .seconds(20))
        } catch is NotInTime {
            return try await kill()
        }
    }

    /// Sends SIGKILL and waits until it is gone.
    @discardableResult
    public func kill() async throws -> End {
        send(SIGKILL)
        return try await waitForEnd(within: .seconds(20))
    }
}

/// What is known of a process from outside.
private final class Record: Sendable {
    private struct State {
        var lines: [String] = []
        var end: MusterProcess.End?
    }

    private let state = Mutex(State())

    var lines: [String] { state.withLock { $0.lines } }

    var end: MusterProcess.End? { state.withLock { $0.end } }

    func add(_ line: String) {
        state.withLock { state in
            state.lines.append(line)
            if state.lines.count > 1000 { state.lines.removeFirst() }
        }
    }

    func finish(_ end: MusterProcess.End) { state.withLock { $0.end = end } }
}

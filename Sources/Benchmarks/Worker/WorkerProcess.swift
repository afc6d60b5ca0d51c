import Foundation
import Subprocess
import Synchronization

/// The process under test, seen from outside: started, listened to, stopped.
struct WorkerProcess: Sendable {
    /// Its process id.
    let id: pid_t
    private let messages: AsyncStream<WorkerMessage>

    /// Starts the process on a database, lends it and stops it.
    static func with<R: Sendable>(
        _ options: WorkerOptions, on database: BenchmarkDatabase, _ body: @escaping @Sendable (WorkerProcess) async throws -> R
    ) async throws -> R {
        let (executable, arguments) = try command(["bench", "worker"] + options.arguments)
        var platform = PlatformOptions()
        platform.processGroupID = 0
        platform.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(20))]
        let complaints = Complaints()
        let result = try await Subprocess.run(
            executable, arguments: arguments, environment: .inherit.updating(["MUSTER_DSN": database.conninfo]), platformOptions: platform,
            input: .none, output: .sequence, error: .sequence
        ) { execution in
            let (messages, continuation) = AsyncStream.makeStream(of: WorkerMessage.self)
            let process = WorkerProcess(id: execution.processIdentifier.value, messages: messages)
            async let read: Void = {
                defer { continuation.finish() }
                for try await line in execution.standardOutput.strings() {
                    if let message = WorkerMessage.parse(line) { continuation.yield(message) }
                }
            }()
            async let heard: Void = {
                for try await line in execution.standardError.strings() { complaints.add(line) }
            }()
            let outcome: Result<R, any Error>
            do {
                outcome = .success(try await body(process))
            } catch {
                outcome = .failure(error)
            }
            kill(process.id, SIGTERM)
            _ = try await (read, heard)
            return outcome
        }
        do {
            return try result.closureResult.get()
        } catch let error as EndedEarly {
            throw BenchmarkError("The worker under test ended early, before \(error.before). It said: \(complaints.text)")
        }
    }

    /// The next message that is looked for; others are passed over.
    func next<Value>(_ what: String, _ find: (WorkerMessage) -> Value?) async throws -> Value {
        for await message in messages {
            if let value = find(message) { return value }
        }
        try Task.checkCancellation()
        throw EndedEarly(before: what)
    }

    /// Waits until it is about to connect.
    func starting() async throws -> Int64 {
        try await next("it started") { if case .starting(let at) = $0 { at } else { nil } }
    }

    /// Waits until it works.
    func ready() async throws -> Int64 {
        try await next("it was ready") { if case .ready(let at) = $0 { at } else { nil } }
    }

    /// Waits until it has handled so many tasks; marks that come earlier are given to `onMark`.
    func handled(_ count: Int, onMark: (Int, Int64) -> Void = { _, _ in }) async throws -> Int64 {
        try await next("it had handled \(count) tasks") { message in
            guard case .mark(let handled, let at) = message else { return nil }
            onMark(handled, at)
            return handled >= count ? at : nil
        }
    }

    /// Stops it gracefully and reads what it says until its end.
    func stop(_ onMessage: (WorkerMessage) -> Void) async {
        kill(id, SIGTERM)
        for await message in messages { onMessage(message) }
    }

    private struct EndedEarly: Error {
        let before: String
    }

    /// This binary, through setpriv where it is installed: the kernel then stops the child when the benchmark dies, however it dies.
    private static func command(_ arguments: [String]) throws -> (Executable, Arguments) {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let setpriv = "/usr/bin/setpriv"
        guard FileManager.default.isExecutableFile(atPath: setpriv) else { return (.path(.init(own)), Arguments(arguments)) }
        return (.path(.init(setpriv)), Arguments(["--pdeathsig=TERM", own] + arguments))
    }
}

/// What the process under test wrote on standard error, its end only.
private final class Complaints: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: " | ") } }

    func add(_ line: String) {
        let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
        lines.withLock { lines in
            if !line.isEmpty { lines.append(line) }
            if lines.count > 5 { lines.removeFirst() }
        }
    }
}

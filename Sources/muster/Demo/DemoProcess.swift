import Foundation
import Subprocess
import Synchronization

/// A real child process of a demo: this very binary with `run`, its log kept in a file.
struct DemoProcess: Sendable {
    /// Its instance name.
    let name: String
    /// Its configuration files.
    let configPaths: [String]
    /// Where its log goes.
    let log: String

    /// Runs the process until it ends or the Swift task is cancelled, which stops it gracefully.
    ///
    /// - Throws: ``CommandFailure`` when it ended by itself.
    func run() async throws {
        let arguments = ["run"] + configPaths.flatMap { ["--config-path", $0] } + ["--log-format", "json"]
        let (executable, all) = try Self.command(arguments)
        var options = PlatformOptions()
        // A group of its own: Ctrl-C in a terminal reaches the demo alone, which then stops its children in order.
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(15))]
        let tail = LastLines()
        let file = try Self.open(log)
        defer { try? file.close() }
        let result = try await Subprocess.run(
            executable, arguments: all, environment: .inherit.updating(["MUSTER_DSN": nil]), platformOptions: options, input: .none,
            output: .discarded, error: .sequence
        ) { execution in
            for try await line in execution.standardError.strings() {
                tail.add(line)
                try file.write(contentsOf: Data((line + "\n").utf8))
            }
        }
        try Task.checkCancellation()
        throw CommandFailure(
            .failed,
            lines: ["The demo's process \(name) ended by itself (\(result.terminationStatus)). It said:"] + tail.lines.map(InertText.make))
    }

    private static func open(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw CommandFailure(.failed, "The log \(path) cannot be written; check that the temporary folder has room.") }
        return handle
    }

    /// This binary, through setpriv where it is installed: the kernel then stops the child when the demo dies, however it dies.
    private static func command(_ arguments: [String]) throws -> (Executable, Arguments) {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let setpriv = "/usr/bin/setpriv"
        guard FileManager.default.isExecutableFile(atPath: setpriv) else { return (.path(.init(own)), Arguments(arguments)) }
        return (.path(.init(setpriv)), Arguments(["--pdeathsig=TERM", own] + arguments))
    }
}

/// What a process said last.
private final class LastLines: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func add(_ line: String) {
        let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !line.isEmpty else { return }
        kept.withLock { lines in
            lines.append(line)
            if lines.count > 5 { lines.removeFirst() }
        }
    }
}

import FoundationEssentials
import Subprocess

/// Runs PostgreSQL's programs: as the server's account when we are root, and never longer than this process lives.
struct ServerLaunch: Sendable {
    let installation: Installation
    let account: ServerAccount?
    let folder: ServerFolder
    let settings: [String: String]

    /// Creates the data folder.
    ///
    /// Nothing is flushed to disk: a folder that a crash spoils can be made again.
    func initialise() async throws {
        let (executable, arguments) = command(
            installation.initdb,
            ["-D", folder.dataPath, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"])
        let result = try await run(
            executable, arguments: arguments, environment: environment, workingDirectory: .init(folder.path), output: .discarded,
            error: .string(limit: 64 * 1024))
        guard result.terminationStatus.isSuccess else {
            throw PrivatePostgresError("PostgreSQL's initdb failed: \(result.standardError)")
        }
    }

    /// Runs the server until it ends or the task is cancelled; cancellation is a fast shutdown.
    func serve(_ server: ServerRun) async {
        defer { server.end() }
        let chosen = [
            "listen_addresses": "", "unix_socket_permissions": "0700", "logging_collector": "off", "shared_buffers": "64MB",
            "log_min_messages": "warning",
        ].merging(settings) { _, mine in mine }
        let options = chosen.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        let (executable, arguments) = command(installation.postgres, ["-D", folder.dataPath, "-k", folder.socketPath] + options)
        var platform = PlatformOptions()
        // A group of its own: Ctrl-C in a terminal reaches us alone, and we stop the server when we no longer need it.
        platform.processGroupID = 0
        // SIGINT cuts the clients off and shuts down cleanly; SIGTERM would wait for them.
        platform.teardownSequence = [
            .send(signal: .interrupt, allowedDurationToNextStep: .seconds(10)),
            .send(signal: .quit, allowedDurationToNextStep: .seconds(5)),
        ]
        do {
            _ = try await run(
                executable, arguments: arguments, environment: environment, workingDirectory: .init(folder.path),
                platformOptions: platform, input: .none, output: .discarded, error: .sequence
            ) { execution in
                server.begin(execution.processIdentifier.value)
                for try await line in execution.standardError.strings() { server.append(line) }
            }
        } catch {
            server.append("\(error)")
        }
    }

    private var environment: Environment { .inherit.updating(["LC_ALL": "C"]) }

    /// setpriv drops root's rights and, alone of all ways, lets the kernel interrupt the server when this process dies.
    private func command(_ program: String, _ arguments: [String]) -> (Executable, Arguments) {
        let setpriv = "/usr/bin/setpriv"
        guard FileManager.default.isExecutableFile(atPath: setpriv) else { return (.path(.init(program)), Arguments(arguments)) }
        var options = ["--pdeathsig=INT"]
        if let account { options += ["--reuid=\(account.user)", "--regid=\(account.group)", "--clear-groups"] }
        return (.path(.init(setpriv)), Arguments(options + [program] + arguments))
    }
}

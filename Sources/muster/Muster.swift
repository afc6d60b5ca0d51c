import ArgumentParser
import Glibc
import LineOutput

/// The one binary.
@main
struct Muster: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "muster",
        abstract: "A background task scheduler on PostgreSQL for software that runs as several processes.",
        discussion: """
            EXAMPLES
              muster demo                               see it work, unconfigured
              muster migrate --config-path shared.yaml  make or update the tables
              muster check --config-path shared.yaml    call the roll on paper
              muster run --config-path shared.yaml      start the main process
              muster tasks --config-path shared.yaml    what is pending
              muster bench drain                        how fast it is here

            EXIT CODES
              0 ok · 1 failed · 2 not found · 3 roll call · 64 usage
              69 database or homeserver unavailable · 78 configuration
            """,
        version: Version.current,
        subcommands: [
            DemoCommand.self, RunCommand.self, MigrateCommand.self, TasksCommand.self, ProcessesCommand.self, TokenCommand.self,
            CheckCommand.self,
            ManifestCommand.self, DoctorCommand.self, BenchCommand.self, GenerateCommand.self, ImportCommand.self,
        ])

    /// Parses, runs and ends the process with one of the exit codes above; a problem is one clear line on standard error.
    static func main() async {
        Descriptor.fillStandardOnes()
        // A reader that has gone is an error of the write, and no reason to die.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
            try Printer.requireOutput()
            Logs.output.flush(within: .seconds(1))
        } catch {
            CommandEnd.exit(with: error)
        }
    }
}

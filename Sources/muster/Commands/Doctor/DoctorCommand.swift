import ArgumentParser
import Postgres
import Scheduler

/// `muster doctor`: what is wrong with the database, and what to do.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine the database: what holds back vacuum, tables, indexes, partitions, settings, processes.",
        discussion: """
            Reads only. To see other users' queries, connect as a member of pg_read_all_stats.

            EXAMPLES
              muster doctor --config-path shared.yaml
              muster doctor --json

            EXIT CODES
              0 healthy · 1 something to do · 3 only the roll call has findings, other than warnings · 64 usage · 69 database unavailable
              78 configuration, or a schema of another version
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let poolSize = try DatabasePlace(database.source()).fleetPoolSize
        let diagnosis = try await DatabaseSession.with(database) { session in try await session.scheduler.diagnose(poolSize: poolSize) }
        if output.json {
            try Printer.json(DiagnosisOutput(diagnosis))
        } else {
            Printer.lines(DiagnosisText.lines(diagnosis, on: .output))
        }
        if !diagnosis.complaints.isEmpty { throw ExitStatus.failed.exitCode }
        if diagnosis.hasGap { throw ExitStatus.rollCall.exitCode }
    }
}

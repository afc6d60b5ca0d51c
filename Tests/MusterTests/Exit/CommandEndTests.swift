import ArgumentParser
import HomeserverClient
import Postgres
import Scheduler
import Testing

@testable import muster

@Suite struct `Errors become exit codes` {
    @Test(
        arguments: [
            (.configuration, 78), (.schemaVersion, 78), (.rollCall, 3), (.duplicateInstance, 3), (.noHandler, 3), (.unknownAction, 64),
            (.invalidRequest, 64), (.tooLarge, 64), (.databaseUnavailable, 69), (.databaseTimeout, 69), (.idempotencyConflict, 1),
            (.claimLost, 1), (.database, 1),
        ] as [(SchedulerError.Code, Int32)])
    func `each kind of scheduler error has its own`(code: SchedulerError.Code, status: Int32) {
        let failure = CommandEnd.failure(for: SchedulerError(code, "What is wrong."))
        #expect(failure?.status.rawValue == status)
        #expect(failure?.lines == ["What is wrong."])
    }

    @Test func `every finding of a roll call is a line`() {
        let findings = ["a", "b"].map { Finding(kind: .missingHandler, action: "purge_history", process: $0, problem: "P.", remedy: "R.") }
        let failure = CommandEnd.failure(for: SchedulerError(.rollCall, "gap", findings: findings))
        #expect(failure?.lines == findings.map(\.line))
    }

    @Test func `a refused login is a matter of configuration, a server that is away is not`() {
        let login = PostgresError(code: .connectFailed, message: "password authentication failed", sqlState: "28P01")
        #expect(CommandEnd.failure(for: login)?.status == .configuration)
        let away = PostgresError(code: .connectFailed, message: "connection refused")
        #expect(CommandEnd.failure(for: away)?.status == .unavailable)
        for state in ["25006", "53100", "57P03", "58030"] {
            let mood = PostgresError(code: .server, message: "not now", sqlState: state)
            #expect(CommandEnd.failure(for: mood)?.status == .unavailable)
        }
        #expect(CommandEnd.failure(for: PostgresError(code: .timeout, message: "late"))?.status == .unavailable)
        #expect(CommandEnd.failure(for: HomeserverError(.unreachable, call: "say who we are"))?.status == .unavailable)
    }

    @Test func `all configuration problems are shown`() {
        let failure = CommandEnd.failure(for: ConfigurationError(problems: ["one", "two"]))
        #expect(failure == CommandFailure(.configuration, lines: ["one", "two"]))
    }

    @Test func `usage is left to the argument parser`() {
        #expect(CommandEnd.failure(for: ValidationError("no")) == nil)
        #expect(CommandEnd.failure(for: ExitCode(3)) == nil)
        do {
            _ = try Muster.parseAsRoot(["tasks", "show", "abc"])
            Issue.record("a bad id was accepted")
        } catch {
            #expect(CommandEnd.failure(for: error) == nil)
            #expect(Muster.exitCode(for: error).rawValue == 64)
        }
    }

    @Test func `an error cannot move the cursor`() {
        struct Hostile: Error, CustomStringConvertible { var description: String { "a\u{1B}[2J\nb" } }
        #expect(CommandEnd.failure(for: Hostile())?.lines == ["a\\u{1B}[2J\\nb"])
    }
}

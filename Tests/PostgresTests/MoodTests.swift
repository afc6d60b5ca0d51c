import Testing

@testable import Postgres

/// What a SQLSTATE says of the database, of the statement, and of a value.
struct MoodTests {
    @Test(arguments: [
        "25006", "08000", "08003", "08006", "08P01", "53000", "53100", "53200", "53300", "53400", "57000", "57P01", "57P02", "57P03",
        "57P04", "57P05", "58000", "58030", "58P01", "58P02",
    ])
    func `what the database is short of is nobody's fault, and ends the session`(state: String) {
        let error = PostgresError(code: .server, message: "", sqlState: state)
        #expect(error.isUnavailable)
        #expect(error.isRetryable)
        #expect(error.endsSession)
        #expect(!error.isValueRefused)
    }

    @Test(arguments: ["22021", "22P05", "23502", "23505", "23514"])
    func `a value that is refused is refused again`(state: String) {
        let error = PostgresError(code: .server, message: "", sqlState: state)
        #expect(error.isValueRefused)
        #expect(!error.isUnavailable)
        #expect(!error.endsSession)
    }

    @Test(arguments: ["25001", "25P02", "40001", "42501", "42P01", "54000", "55P03", "P0001", "XX000", "XX001"])
    func `everything else is about the statement`(state: String) {
        let error = PostgresError(code: .server, message: "", sqlState: state)
        #expect(!error.isUnavailable && !error.isValueRefused && !error.endsSession)
    }

    @Test func `only the time tells a statement's own limit from somebody's cancel`() {
        #expect(PostgresError.code(of: "57014", isLost: false, isPastLimit: true) == .timeout)
        #expect(PostgresError.code(of: "57014", isLost: false, isPastLimit: false) == .cancelled)
        #expect(PostgresError.code(of: "57P01", isLost: true, isPastLimit: true) == .connectionLost)
        #expect(PostgresError.code(of: "23505", isLost: false, isPastLimit: true) == .server)
        let late = PostgresError(code: .timeout, message: "", sqlState: "57014")
        #expect(!late.isUnavailable && !late.endsSession)
        let cancelled = PostgresError(code: .cancelled, message: "", sqlState: "57014")
        #expect(cancelled.isUnavailable && !cancelled.endsSession)
    }

    @Test func `while connecting the code is read, in whatever language the server speaks`() {
        let german = """
            connection to server at "127.0.0.1", port 5432 failed: FATAL:  28P01: Passwort-Authentifizierung fehlgeschlagen
            LOCATION:  auth_failed, auth.c:335
            password retrieved from file "/root/.pgpass"

            """
        let error = ConnectFailure.error(german)
        #expect(error.sqlState == "28P01")
        #expect(error.isConfigurationProblem)
        #expect(error.message.hasPrefix("connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  Passwort-Authentifizierung"))
        #expect(!error.message.contains("LOCATION") && !error.message.contains("28P01"))
        let full = ConnectFailure.error("connection to server on socket \"/s\" failed: FATAL:  53300: too many connections\n")
        #expect(full.sqlState == "53300")
    }

    @Test func `the words alone decide nothing`() {
        let text = "connection to server at \"too many clients\" failed: database \"28P01\" does not exist"
        #expect(ConnectFailure.error(text).sqlState == nil)
        #expect(ConnectFailure.error("fe_sendauth", needsPassword: true).sqlState == "28P01")
    }

    @Test func `of several hosts one that may come back is reason enough to try again`() {
        let refused = "connection to server at \"a\", port 1 failed: Connection refused\n\tIs the server running?\n"
        let login = "connection to server at \"b\", port 1 failed: FATAL:  28000: no\nLOCATION:  x, y.c:1\n"
        #expect(ConnectFailure.error(refused + login, hosts: 2).sqlState == nil)
        // With and without TLS, on the same host.
        #expect(ConnectFailure.error(refused + login + login, hosts: 2).sqlState == nil)
        #expect(ConnectFailure.error(login, hosts: 1).isConfigurationProblem)
        let starting = "connection to server at \"a\", port 1 failed: FATAL:  57P03: starting up\n"
        #expect(ConnectFailure.error(login + starting, hosts: 2).sqlState == "57P03")
    }
}

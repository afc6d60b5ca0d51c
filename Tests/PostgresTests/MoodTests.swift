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
}

/// Turns a connection that libpq could not make into an error that says what to do.
///
/// libpq 15 has no call that gives the SQLSTATE of a refusal, but it has a form of its messages (`PQERRORS_SQLSTATE`) in which the code stands
/// instead of the server's words: `…: FATAL:  28P01`. Nothing hangs on any other word. What a person is told is libpq's text about the way
/// to the server, in which only values that are known to be harmless may stand in quotes, and words of our own for the code.
struct ConnectFailure {
    /// What the connection string, the environment and the defaults came to.
    let target: ConnectionTarget
    /// libpq's message in the form that has codes.
    let text: String
    /// Whether the server asked for a password that nobody gave.
    var needsPassword = false

    /// The error.
    var error: PostgresError {
        // Lines that begin with a tab are libpq's guesses at the cause.
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("\t") }
        var message = lines.map(shown).joined(separator: "; ")
        if message.isEmpty { message = "no connection to PostgreSQL at \(target.place) was made in time" }
        if needsPassword { message += " (\(words(for: "28P01")))" }
        return PostgresError(code: .connectFailed, message: message, sqlState: state(of: lines))
    }

    /// The SQLSTATE at the end of a line; nil for a failure below PostgreSQL.
    static func state(of line: Substring) -> String? {
        let state = line.suffix(5)
        let isCode = state.utf8.count == 5 && state.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
        return isCode && line.dropLast(5).hasSuffix(":  ") ? String(state) : nil
    }

    private func state(of lines: [Substring]) -> String? {
        if needsPassword { return "28P01" }
        let states = lines.map(Self.state)
        // Of several hosts, one that may come back is reason enough to try again.
        if target.count > 1, states.contains(nil) { return nil }
        let known = states.compactMap(\.self)
        return known.first { !Self.isConfiguration($0) } ?? known.first
    }

    /// Whether connecting with this SQLSTATE fails until somebody changes the configuration: a refused login, no such database.
    static func isConfiguration(_ state: String) -> Bool { state.hasPrefix("28") || state == "3D000" }

    private func shown(_ line: Substring) -> String {
        let known = target.harmless
        var parts = line.prefix(1000).split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
        // A quote that does not end leaves open what is quoted.
        let isPaired = parts.count % 2 == 1
        for index in parts.indices where isPaired ? index % 2 == 1 : index > 0 {
            let isSocket = target.hosts.contains { !$0.isEmpty && parts[index].hasPrefix($0 + "/.s.PGSQL.") }
            if !isPaired || !(isSocket || known.contains(parts[index])) { parts[index] = "…" }
        }
        let text = parts.joined(separator: "\"")
        return Self.state(of: line).map { "\(text) (\(words(for: $0)))" } ?? text
    }

    private func words(for state: String) -> String {
        let user = target.user.map { "user \"\($0)\"" } ?? "the user"
        let database = target.shownDatabase.map { "database \"\($0)\"" } ?? "the database"
        return switch state {
        case "28P01" where needsPassword: "the server asks for a password, and there is none"
        case "28P01": "the password of \(user) is wrong"
        case "28000": "\(user) does not exist or may not log in from here"
        case "3D000": "\(database) does not exist"
        case "42501": "\(user) may not connect to \(database)"
        case "53300": "too many connections"
        case "57P01", "57P02", "57P03": "it is starting, stopping or recovering"
        default: "see the server's log"
        }
    }
}

extension ConnectFailure {
    /// What libpq says of a connection that broke: its own words, and those of a server that closed it, without what they quote.
    static func oneLine(_ text: String) -> String {
        let parts = text.prefix(1000).split(separator: "\"", omittingEmptySubsequences: false)
        let isPaired = parts.count % 2 == 1
        let kept = parts.enumerated().map { $0.offset == 0 || isPaired && $0.offset % 2 == 0 ? String($0.element) : "…" }.joined(
            separator: "\"")
        let lines = kept.split(separator: "\n").map { $0.drop { $0 == "\t" || $0 == " " } }.filter { !$0.isEmpty }
        return lines.isEmpty ? "unknown error" : lines.joined(separator: "; ")
    }
}

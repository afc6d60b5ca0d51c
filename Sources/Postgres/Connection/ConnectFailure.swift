/// Turns libpq's text about a failed connection into an error that says what to do.
///
/// libpq 15 gives no SQLSTATE while connecting, so the kind is read from its words; unknown words become a plain `connectFailed`.
enum ConnectFailure {
    static func error(_ message: String) -> PostgresError {
        // Lines that begin with a tab are libpq's guesses at the cause.
        let lines = message.split(separator: "\n").filter { !$0.hasPrefix("\t") }.map { clean(String($0)) }
        // With several hosts, one that may come back is reason enough to try again.
        let kinds = lines.compactMap(kind)
        let state = kinds.contains(nil) ? nil : kinds.first.flatMap { $0 }
        return PostgresError(code: .connectFailed, message: lines.joined(separator: "; "), sqlState: state)
    }

    static func oneLine(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "unknown error" }
        return String(cString: text).split(separator: "\n").map { clean(String($0)) }.joined(separator: "; ")
    }

    /// A SQLSTATE; `.some(nil)` for a failure below PostgreSQL; nil for a line that only explains another one.
    private static func kind(_ line: String) -> String?? {
        let text = line.lowercased()
        for (words, state) in kindsByWords where words.allSatisfy(text.contains) { return .some(state) }
        return nil
    }

    private static let kindsByWords: [([String], String?)] = [
        (["password authentication failed"], "28P01"),
        (["no password supplied"], "28P01"),
        (["role ", " does not exist"], "28000"),
        (["no pg_hba.conf entry"], "28000"),
        (["authentication failed"], "28000"),
        (["database ", " does not exist"], "3D000"),
        (["too many clients"], "53300"),
        (["too many connections"], "53300"),
        (["remaining connection slots"], "53300"),
        (["the database system is"], "57P03"),
        (["session is read-only"], nil),
        (["connection refused"], nil),
        (["no such file or directory"], nil),
        (["could not translate host name"], nil),
        (["timeout expired"], nil),
        (["server closed the connection"], nil),
        (["could not connect"], nil),
    ]

    private static func clean(_ line: String) -> String {
        line.trimming { $0 == " " || $0 == "\t" }
    }
}

extension String {
    fileprivate func trimming(_ isBlank: (Character) -> Bool) -> String {
        let tail = drop(while: isBlank)
        return String(tail.reversed().drop(while: isBlank).reversed())
    }
}

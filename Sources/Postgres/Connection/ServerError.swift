extension PostgresError {
    /// The error of a failed result: primary message without detail, hint, context or values.
    init(_ result: ResultBlock, on wire: Wire) {
        let state = result.field("C") ?? ""
        let message = result.field("M") ?? "the server gave no reason"
        self.init(
            code: Self.code(of: state, isLost: wire.isBroken, isPastLimit: wire.isPastLimit),
            message: Self.withoutValues(message, state: state),
            sqlState: state, constraint: result.field("n"), statement: result.statement,
            isStalePlan: state == "26000" || (state == "0A000" && result.field("R") == "RevalidateCachedQuery"))
    }

    /// What a SQLSTATE says of a statement.
    ///
    /// The server ends a statement that runs too long and one that somebody cancelled with the same code: only the time tells them apart.
    static func code(of state: String, isLost: Bool, isPastLimit: Bool) -> Code {
        if isLost { return .connectionLost }
        guard state == "57014" else { return .server }
        return isPastLimit ? .timeout : .cancelled
    }

    /// Data exceptions (class 22) quote the value that was refused; a bad byte sequence (22021) stands there unquoted.
    static func withoutValues(_ message: String, state: String) -> String {
        guard state.hasPrefix("22") else { return message }
        if state == "22021" { return "a text holds bytes that its encoding does not allow" }
        let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count > 2, let first = parts.first, let last = parts.last else { return message }
        return "\(first)\"…\"\(last)"
    }
}

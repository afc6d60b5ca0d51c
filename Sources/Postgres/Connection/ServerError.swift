extension PostgresError {
    /// The error of a failed result: primary message without detail, hint, context or values.
    init(_ result: ResultBlock, isLost: Bool) {
        let state = result.field("C") ?? ""
        let message = result.field("M") ?? "the server gave no reason"
        let code: Code =
            switch state {
            case _ where isLost: .connectionLost
            case "57014" where message.contains("timeout"): .timeout
            case "57014": .cancelled
            default: .server
            }
        self.init(
            code: code,
            message: Self.withoutValues(message, state: state),
            sqlState: state, constraint: result.field("n"), statement: result.statement,
            isStalePlan: state == "26000" || (state == "0A000" && result.field("R") == "RevalidateCachedQuery"))
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

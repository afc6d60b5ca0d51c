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
            message: state.hasPrefix("22") ? Self.withoutQuotedValues(message) : message,
            sqlState: state, constraint: result.field("n"), statement: result.statement)
    }

    /// Data exceptions (class 22) quote the value that was refused.
    static func withoutQuotedValues(_ message: String) -> String {
        let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count > 2, let first = parts.first, let last = parts.last else { return message }
        return "\(first)\"…\"\(last)"
    }
}

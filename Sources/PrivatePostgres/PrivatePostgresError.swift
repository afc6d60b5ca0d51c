/// Why a private PostgreSQL cannot be had.
public struct PrivatePostgresError: Error, CustomStringConvertible {
    /// One sentence that says what is wrong and what to do.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

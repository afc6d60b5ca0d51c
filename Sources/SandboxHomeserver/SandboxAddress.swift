/// Where a running sandbox answers.
public struct SandboxAddress: Sendable, Equatable {
    /// The port on 127.0.0.1.
    public let port: Int
    /// The base URL, without a slash at the end: `http://127.0.0.1:PORT`.
    public var url: String { "http://127.0.0.1:\(port)" }
}

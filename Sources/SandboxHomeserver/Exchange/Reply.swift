/// What an endpoint answers.
struct Reply: Sendable {
    var status = 200
    var body: SandboxJSON
    /// A job that begins now that the effect stands.
    var startsJob: String?
    /// How long the answer waits, for calls that do their work before they answer.
    var delay: Duration = .zero
    /// Whether the body, a text, is sent as plain text instead of JSON.
    var isPlainText = false

    static func ok(_ body: SandboxJSON = [:]) -> Reply { Reply(body: body) }
}

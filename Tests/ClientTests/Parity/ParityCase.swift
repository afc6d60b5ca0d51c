import SchedulerTesting

/// One thing that a client of Synapse's admin interface may ask, and what becomes of it.
struct ParityCase: Sendable {
    /// Unique; `docs/compatibility.toml` names cases by it.
    let name: String
    /// What the case needs beside the world that all share: further words for `<word>` in paths and bodies.
    var prepare: @Sendable (ParityWorld) async throws -> [String: String] = { _ in [:] }
    /// Requests in their order.
    let steps: [ParityStep]
    /// What can be seen afterwards on the homeserver itself.
    var effects: @Sendable (ParityWorld, [String: String]) async throws -> [String: String] = { _, _ in [:] }

    /// A case of one request.
    static func one(_ name: String, _ step: ParityStep) -> ParityCase { ParityCase(name: name, steps: [step]) }
}

/// One request of a case.
struct ParityStep: Sendable {
    /// Whose token is sent.
    enum Caller: Sendable {
        case admin, user, nobody, stranger
    }

    let method: String
    /// With `<word>` for a percent-encoded value and `<!word>` for one as it is.
    let path: String
    /// With `<word>` for a value.
    var body: String?
    var caller = Caller.admin
    /// Asked again until `status` in the answer is one of these.
    var until: Set<String> = []
    /// Word to remember -> key of the answer that holds it.
    var saves: [String: String] = [:]
    /// Whether the homeserver itself is asked, to see what was done.
    var isOfHomeserver = false

    static func get(_ path: String, as caller: Caller = .admin) -> ParityStep { ParityStep(method: "GET", path: path, caller: caller) }

    static func post(_ path: String, _ body: String? = nil, as caller: Caller = .admin) -> ParityStep {
        ParityStep(method: "POST", path: path, body: body, caller: caller)
    }

    static func delete(_ path: String, _ body: String? = nil, as caller: Caller = .admin) -> ParityStep {
        ParityStep(method: "DELETE", path: path, body: body, caller: caller)
    }

    /// The same, remembering a value of the answer.
    func saving(_ key: String) -> ParityStep {
        var step = self
        step.saves[key] = key
        return step
    }

    /// The same, repeated until it says one of these statuses.
    func until(_ statuses: String...) -> ParityStep {
        var step = self
        step.until = Set(statuses)
        return step
    }

    /// The same, asked of the homeserver.
    var ofHomeserver: ParityStep {
        var step = self
        step.isOfHomeserver = true
        return step
    }
}

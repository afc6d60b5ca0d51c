/// The part of a Matrix room event filter that the sandbox honours.
struct EventFilter: Sendable {
    var senders: Set<String>?
    var notSenders: Set<String> = []
    var types: [String]?
    var notTypes: [String] = []

    init() {}

    init(json: SandboxJSON) {
        senders = Self.texts(json, "senders").map(Set.init)
        notSenders = Set(Self.texts(json, "not_senders") ?? [])
        types = Self.texts(json, "types")
        notTypes = Self.texts(json, "not_types") ?? []
    }

    func matches(_ event: Event) -> Bool {
        if let senders, !senders.contains(event.sender) { return false }
        if notSenders.contains(event.sender) { return false }
        if let types, !types.contains(where: { Self.matches($0, event.type) }) { return false }
        return !notTypes.contains { Self.matches($0, event.type) }
    }

    /// A star at the end of a pattern stands for anything.
    private static func matches(_ pattern: String, _ type: String) -> Bool {
        pattern.hasSuffix("*") ? type.hasPrefix(pattern.dropLast()) : type == pattern
    }

    /// What is not a list of texts matches nothing, for Synapse does not check it.
    private static func texts(_ json: SandboxJSON, _ key: String) -> [String]? {
        json[key].map { ($0.elements ?? []).compactMap(\.text) }
    }
}

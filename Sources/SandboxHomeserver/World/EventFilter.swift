/// The part of a Matrix room event filter that the sandbox honours.
struct EventFilter: Sendable {
    var senders: Set<String>?
    var notSenders: Set<String> = []
    var types: [String]?
    var notTypes: [String] = []

    init() {}

    init(json: SandboxJSON) throws(SandboxRefusal) {
        senders = try Self.texts(json, "senders").map(Set.init)
        notSenders = Set(try Self.texts(json, "not_senders") ?? [])
        types = try Self.texts(json, "types")
        notTypes = try Self.texts(json, "not_types") ?? []
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

    private static func texts(_ json: SandboxJSON, _ key: String) throws(SandboxRefusal) -> [String]? {
        guard let value = json[key] else { return nil }
        guard let elements = value.elements else { throw .badJSON("Filter key '\(key)' must be a list of strings") }
        var texts: [String] = []
        for element in elements {
            guard let text = element.text else { throw .badJSON("Filter key '\(key)' must be a list of strings") }
            texts.append(text)
        }
        return texts
    }
}

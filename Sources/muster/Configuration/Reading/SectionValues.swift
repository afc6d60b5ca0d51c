/// Reading one value of a given type.
extension Section {
    /// Text that is not empty.
    func text(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        switch node.content {
        case .text(let text) where !text.isEmpty: return text
        case .text: complain(key, "must not be empty.")
        case .bool, .int, .number: complain(key, "must be text, not \(node.kind); put it in quotes.")
        default: complain(key, "must be text, not \(node.kind).")
        }
        return nil
    }

    func bool(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        if case .bool(let value) = node.content { return value }
        complain(key, "must be true or false, not \(node.kind).")
        return nil
    }

    func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = node(key) else { return nil }
        guard case .int(let value) = node.content else {
            complain(key, "must be a whole number, not \(node.kind).")
            return nil
        }
        guard range.contains(value) else {
            complain(key, "must be \(range.lowerBound) to \(range.upperBound), not \(value).")
            return nil
        }
        return value
    }

    func duration(_ key: String, in range: ClosedRange<Duration>) -> Duration? {
        guard let node = node(key) else { return nil }
        guard case .text(let text) = node.content, let value = DurationText.parse(text) else {
            complain(key, "must be a duration: a whole number and one of ms, s, m, h, d, w, such as 30s or 7d.")
            return nil
        }
        guard range.contains(value) else {
            complain(key, "must be \(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound)), not \(text).")
            return nil
        }
        return value
    }

    /// One of the words that the type has.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) -> Choice? where Choice.RawValue == String {
        guard let word = text(key) else { return nil }
        if let choice = Choice(rawValue: word) { return choice }
        complain(key, "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")), not '\(word)'.")
        return nil
    }

    /// A mapping with keys of its own; the caller finishes it.
    func section(_ key: String) -> Section? {
        guard let node = node(key) else { return nil }
        return Section(node, path: name(key), problems: problems)
    }

    /// The items of a list.
    func list(_ key: String) -> [ConfigurationNode]? {
        guard let node = node(key) else { return nil }
        if case .list(let items) = node.content { return items }
        complain(key, "must be a list, not \(node.kind).")
        return nil
    }

    /// One name, or a list of them.
    func names(_ key: String) -> [String]? { node(key).flatMap { NameList.read($0, path: name(key), problems: problems) } }
}

extension Section {
    /// The keys of a node; nil, and a problem, when it is not a mapping.
    convenience init?(_ node: ConfigurationNode, path: String, problems: ProblemList) {
        guard case .mapping(let entries) = node.content else {
            problems.add(node.place, "'\(path)' must be a mapping of keys, not \(node.kind).")
            return nil
        }
        self.init(entries: entries, prefix: path + ".", place: node.place, problems: problems)
    }
}

/// A value that is one name or a list of names.
enum NameList {
    static func read(_ node: ConfigurationNode, path: String, problems: ProblemList) -> [String]? {
        let items: [ConfigurationNode]
        if case .list(let list) = node.content { items = list } else { items = [node] }
        guard !items.isEmpty else {
            problems.add(node.place, "'\(path)' is an empty list; name at least one, or remove the key.")
            return nil
        }
        var names: [String] = []
        for item in items {
            guard case .text(let name) = item.content, !name.isEmpty else {
                let quotes = if case .text = item.content { "" } else { "; a name that looks like a number or yes/no needs quotes" }
                problems.add(item.place, "'\(path)' must be a name or a list of names, not \(item.kind)\(quotes).")
                return nil
            }
            names.append(name)
        }
        return names
    }
}

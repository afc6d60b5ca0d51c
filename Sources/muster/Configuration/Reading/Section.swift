import Scheduler

/// A mapping while it is read: each key that is asked for becomes known, and ``finish()`` reports the others.
///
/// Every reader returns nil both for a key that is absent and for a value that cannot be used; the latter is in the list of problems.
final class Section {
    /// The dotted path before its keys, such as `database.`; empty at the top.
    let prefix: String
    /// Where the mapping begins.
    let place: ConfigurationNode.Place
    let problems: ProblemList
    private let entries: [ConfigurationNode.Entry]
    private var known: [String] = []

    /// A list of more keys than this helps nobody.
    private static let mostShown = 12

    init(entries: [ConfigurationNode.Entry], prefix: String, place: ConfigurationNode.Place, problems: ProblemList) {
        self.entries = entries
        self.prefix = prefix
        self.place = place
        self.problems = problems
    }

    /// The value under a key; an empty value counts as absent.
    func node(_ key: String) -> ConfigurationNode? {
        guard let entry = entry(key) else { return nil }
        if case .null = entry.value.content { return nil }
        return entry.value
    }

    /// The key with its place, even when its value is empty.
    func entry(_ key: String) -> ConfigurationNode.Entry? {
        if !known.contains(key) { known.append(key) }
        return entries.first { $0.key == key }
    }

    /// Whether the key is there with a value.
    func has(_ key: String) -> Bool { node(key) != nil }

    /// All keys, for mappings whose keys are names that people choose.
    var allEntries: [ConfigurationNode.Entry] {
        known = entries.map(\.key)
        return entries
    }

    /// The key as people know it: with the path before it.
    func name(_ key: String) -> String { prefix + key }

    /// A key that nobody knows, cut at the first space: without its colon, a line's secret is part of the key (I11).
    private func shown(_ key: String) -> String {
        let word = key.prefix { !$0.isWhitespace }
        return name(word.count == key.count && word.count <= 100 ? key : String(word.prefix(100)) + "…")
    }

    /// Notes a problem with a key's value.
    func complain(_ key: String, _ problem: String) { problems.add(node(key)?.place ?? place, "'\(name(key))' \(problem)") }

    /// Notes that a key must be there.
    func require(_ key: String, _ why: String) { problems.add(place, "'\(name(key))' is missing: \(why)") }

    /// Reports every key that nobody asked for.
    func finish(unsupported: Set<String> = []) {
        let strangers = entries.filter { !known.contains($0.key) }
        let synapses = strangers.filter { !unsupported.contains($0.key) && SynapseKeys.has($0.key, in: prefix) }
        if let first = synapses.first {
            let names = synapses.map { "'\(name($0.key))'" }.joined(separator: ", ")
            problems.add(first.place, "\(names): Synapse's; not needed here, so remove \(synapses.count == 1 ? "it" : "them").")
        }
        for entry in strangers where !synapses.contains(where: { $0.key == entry.key }) {
            if unsupported.contains(entry.key) {
                problems.add(entry.place, "'\(name(entry.key))' is not supported by this version; remove it.")
            } else if let nearest = NearestName.to(entry.key, among: known) {
                problems.add(entry.place, "unknown key '\(shown(entry.key))'; did you mean '\(name(nearest))'?")
            } else if known.count > Self.mostShown {
                let known = "none here is like it; docs/configuration.md has them all."
                problems.add(entry.place, "unknown key '\(shown(entry.key))', and \(known)")
            } else {
                let all = known.sorted().joined(separator: ", ")
                problems.add(entry.place, "unknown key '\(shown(entry.key))'; the keys here are \(all).")
            }
        }
    }
}

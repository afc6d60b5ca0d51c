/// Puts several files together, later ones over earlier ones.
///
/// A top-level mapping is merged key by key, one level deep, so that a worker's file can say `database: {pool_size: 2}` and keep the
/// shared `dsn`. Everything else, lists and deeper mappings too, is replaced as a whole. An empty value (`redis:`) takes the key back to
/// its default.
enum ConfigurationMerge {
    static func merge(_ files: [[ConfigurationNode.Entry]]) -> [ConfigurationNode.Entry] {
        var merged: [ConfigurationNode.Entry] = []
        for entry in files.joined() {
            guard let index = merged.firstIndex(where: { $0.key == entry.key }) else {
                merged.append(entry)
                continue
            }
            merged[index] = overlay(entry, on: merged[index])
        }
        return merged
    }

    private static func overlay(_ later: ConfigurationNode.Entry, on earlier: ConfigurationNode.Entry) -> ConfigurationNode.Entry {
        guard case .mapping(var entries) = earlier.value.content, case .mapping(let changes) = later.value.content else { return later }
        for change in changes {
            if let index = entries.firstIndex(where: { $0.key == change.key }) {
                entries[index] = change
            } else {
                entries.append(change)
            }
        }
        return .init(key: earlier.key, place: earlier.place, value: .init(content: .mapping(entries), place: earlier.value.place))
    }
}

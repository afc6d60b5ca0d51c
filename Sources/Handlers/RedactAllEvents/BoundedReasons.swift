/// Ids with the reason why each failed, within a number and a size; what is beyond is only counted.
struct BoundedReasons: Codable, Sendable, Equatable {
    private(set) var reasons: [String: String] = [:]
    /// Failures that are counted but not kept.
    private(set) var omitted = 0
    private var bytes = 0
    private let mostEntries: Int
    private let mostBytes: Int

    init(entries: Int, bytes: Int) {
        mostEntries = entries
        mostBytes = bytes
    }

    var isEmpty: Bool { reasons.isEmpty && omitted == 0 }
    var count: Int { reasons.count + omitted }

    func contains(_ id: String) -> Bool { reasons[id] != nil }

    /// Adds a reason; a second one for the same id replaces nothing.
    ///
    /// - Parameter countsOmitted: whether one that does not fit is counted
    mutating func add(_ id: String, _ reason: String, countsOmitted: Bool = true) {
        guard reasons[id] == nil else { return }
        let short = reason.count > 200 ? String(reason.prefix(199)) + "…" : reason
        // Quotes, colon, comma and escapes of the JSON form.
        let size = id.utf8.count + short.utf8.count * 5 / 4 + 8
        guard reasons.count < mostEntries, bytes + size <= mostBytes else {
            omitted += countsOmitted ? 1 : 0
            return
        }
        reasons[id] = short
        bytes += size
    }

    /// Takes a reason back: it has been done after all.
    mutating func remove(_ id: String) {
        guard let reason = reasons.removeValue(forKey: id) else { return }
        bytes -= id.utf8.count + reason.utf8.count * 5 / 4 + 8
    }
}

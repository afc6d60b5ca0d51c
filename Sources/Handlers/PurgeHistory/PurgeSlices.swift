/// The bounds of slices, oldest first, in little space: when they become too many, every two of them become one.
struct PurgeSlices: Codable, Sendable, Equatable {
    /// A slice: everything before an event or a time, and about how many events that is beyond the slice before.
    struct Slice: Codable, Sendable, Equatable {
        /// The event; nil when the bound is a time.
        var before: String?
        /// The time at which the homeserver received what is kept; nil when the bound is an event.
        var upTo: Int64?
        var events: Int
    }

    private(set) var list: [Slice] = []
    /// Events since the last slice's bound.
    private(set) var pending = 0

    /// The most slices kept, with event ids of ordinary length about 30 KB.
    static let most = 400
    /// Their size in bytes.
    static let mostBytes = 40_000

    var first: Slice? { list.first }
    var events: Int { list.reduce(pending) { $0 + $1.events } }

    /// Counts an event that goes; it becomes a bound when enough have gathered before it.
    mutating func add(_ eventID: String, size: Int) {
        if pending >= max(1, size) { cut(before: eventID) }
        pending += 1
    }

    /// Counts an event that its sender dates before the purge's bound in time; its time becomes a bound when enough have gathered before
    /// it and it is later than the bound before.
    mutating func add(at ts: Int64, size: Int) {
        if pending >= max(1, size), ts > list.last?.upTo ?? .min { cut(upTo: ts) }
        pending += 1
    }

    /// Adds a slice that was found without counting.
    ///
    /// - Returns: whether it was one too many, so that every two became one.
    mutating func add(_ slice: Slice) -> Bool {
        list.append(slice)
        return joinIfTooMany()
    }

    /// Ends the list with the purge's own bound.
    mutating func close(before eventID: String?, upTo ts: Int64?) {
        list.append(Slice(before: eventID, upTo: eventID == nil ? ts : nil, events: pending))
        pending = 0
    }

    mutating func removeFirst() -> Slice? { list.isEmpty ? nil : list.removeFirst() }

    private mutating func cut(before eventID: String? = nil, upTo ts: Int64? = nil) {
        list.append(Slice(before: eventID, upTo: ts, events: pending))
        pending = 0
        _ = joinIfTooMany()
    }

    private mutating func joinIfTooMany() -> Bool {
        guard list.count > Self.most || list.reduce(0, { $0 + ($1.before?.utf8.count ?? 0) + 30 }) > Self.mostBytes else { return false }
        list = stride(from: 0, to: list.count, by: 2).map { index in
            guard index + 1 < list.count else { return list[index] }
            var both = list[index + 1]
            both.events += list[index].events
            return both
        }
        return true
    }
}

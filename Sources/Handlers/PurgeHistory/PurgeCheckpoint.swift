import HomeserverTasks

/// From what a purge resumes: the bound, the bounds of its slices, and the slice that the homeserver is at.
struct PurgeCheckpoint: Codable, Sendable, Equatable {
    /// The event before which everything goes, once it is known to exist; nil when the bound is a time.
    var bound: String?
    /// Where the search for slices goes on; nil at the room's beginning.
    var searchFrom: String?
    /// Whether the slices are known.
    var isPlanned = false
    /// The slices.
    var slices = PurgeSlices()
    /// The homeserver's id of the purge of the first slice, stored before it is looked at.
    var purgeID: String?
    /// What is done.
    var result = PurgeHistory.Result()
    /// Events in the slices that are done.
    var eventsDone = 0

    /// Takes the first slice off.
    mutating func finishSlice(wasEmpty: Bool) {
        purgeID = nil
        guard let slice = slices.removeFirst() else { return }
        eventsDone += slice.events
        if wasEmpty { result.emptySlices += 1 } else { result.slices += 1 }
    }
}

/// The bounds of slices, oldest first, in little space: when they become too many, every two of them become one.
struct PurgeSlices: Codable, Sendable, Equatable {
    /// A slice: everything before an event, and how many events that is beyond the slice before.
    struct Slice: Codable, Sendable, Equatable {
        /// The event; nil for the purge's own bound in time, which only the homeserver can find.
        var before: String?
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
        if pending >= max(1, size) {
            list.append(Slice(before: eventID, events: pending))
            pending = 0
            thinOut()
        }
        pending += 1
    }

    /// Ends the list with the purge's own bound.
    mutating func close(before eventID: String?) {
        list.append(Slice(before: eventID, events: pending))
        pending = 0
    }

    mutating func removeFirst() -> Slice? { list.isEmpty ? nil : list.removeFirst() }

    private mutating func thinOut() {
        guard list.count > Self.most || list.reduce(0, { $0 + ($1.before?.utf8.count ?? 0) + 30 }) > Self.mostBytes else { return }
        list = stride(from: 0, to: list.count, by: 2).map { index in
            guard index + 1 < list.count else { return list[index] }
            return Slice(before: list[index + 1].before, events: list[index].events + list[index + 1].events)
        }
    }
}

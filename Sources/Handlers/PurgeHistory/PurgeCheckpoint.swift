import HomeserverTasks
import Scheduler

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
    /// Events of a slice, when fewer than usual, because the homeserver's database gave up on larger ones.
    var sliceEvents: Int?

    /// Events that are gone, of all that go, by estimate.
    var progress: TaskProgress {
        TaskProgress(done: Int64(eventsDone), total: Int64(eventsDone + slices.events))
    }

    /// Takes the first slice off.
    mutating func finishSlice(wasEmpty: Bool) {
        purgeID = nil
        guard let slice = slices.removeFirst() else { return }
        eventsDone += slice.events
        if wasEmpty { result.emptySlices += 1 } else { result.slices += 1 }
    }

    /// Has the rest planned anew, in slices of half the size.
    ///
    /// - Returns: whether that is possible; slices of a few dozen events are as small as they get.
    mutating func halveSlices(of usual: Int) -> Bool {
        let now = sliceEvents ?? usual
        guard now > Self.fewest else { return false }
        sliceEvents = max(Self.fewest, now / 2)
        (isPlanned, searchFrom, slices) = (false, nil, PurgeSlices())
        return true
    }

    private static let fewest = 50
}

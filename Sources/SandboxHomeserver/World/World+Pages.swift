extension World {
    /// What to read of a room's timeline.
    struct PageRequest: Sendable {
        var backwards = false
        var from: PagePosition?
        var to: PagePosition?
        var limit = 10
        var filter = EventFilter()
        /// The reader sees nothing that arrived later, if he is no longer in the room.
        var lastVisible: Int?
    }

    /// One page; `end` is absent when nothing lies beyond.
    struct Page: Sendable {
        let events: [Event]
        let start: PagePosition
        let end: PagePosition?
    }

    /// Reads a page.
    ///
    /// As in Synapse a page that found something always has an `end`, and the end of the room shows as an empty page without one.
    func page(of roomID: String, _ request: PageRequest) -> Page {
        let timeline = rooms[roomID]?.timeline ?? []
        let newest = PagePosition(depth: rooms[roomID]?.depth ?? 0, stream: stream)
        let start = request.from ?? (request.backwards ? newest : .start)
        var index = firstIndex(after: start, in: timeline)
        if request.backwards { index -= 1 }
        var found: [Event] = []
        var examined = 0
        var reached: PagePosition?
        while timeline.indices.contains(index), found.count < request.limit {
            if let most = settings.examinedEventsPerPage, examined >= most { break }
            guard let event = events[timeline[index]] else { break }
            let position = PagePosition(depth: event.depth, stream: event.stream)
            if let to = request.to, request.backwards ? position <= to : position > to { break }
            examined += 1
            index += request.backwards ? -1 : 1
            reached = request.backwards ? PagePosition(depth: event.depth, stream: event.stream - 1) : position
            let isVisible = request.lastVisible.map { event.stream <= $0 } ?? true
            // A redaction whose target a purge has taken is not shown.
            let isDangling = event.redacts.map { events[$0] == nil } ?? false
            if isVisible, !isDangling, request.filter.matches(event) { found.append(event) }
        }
        let stoppedEarly = settings.examinedEventsPerPage.map { examined >= $0 } ?? false
        return Page(events: found, start: start, end: found.isEmpty && !stoppedEarly ? nil : reached)
    }

    private func firstIndex(after position: PagePosition, in timeline: [String]) -> Int {
        var low = 0
        var high = timeline.count
        while low < high {
            let middle = (low + high) / 2
            if let event = events[timeline[middle]], PagePosition(depth: event.depth, stream: event.stream) <= position {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The events around one, nearest first on both sides.
    func context(of event: Event, limit: Int) -> (before: Page, after: Page) {
        let before = page(
            of: event.roomID,
            PageRequest(backwards: true, from: PagePosition(depth: event.depth, stream: event.stream - 1), limit: limit))
        let after = page(
            of: event.roomID, PageRequest(from: PagePosition(depth: event.depth, stream: event.stream), limit: limit))
        return (before, after)
    }

    /// The event nearest to a time, at or before it backwards, at or after it forwards.
    func event(in roomID: String, near timestamp: Int, backwards: Bool) -> Event? {
        let timeline = (rooms[roomID]?.timeline ?? []).lazy.compactMap { self.events[$0] }
        return backwards
            ? timeline.last { $0.timestamp <= timestamp }
            : timeline.first { $0.timestamp >= timestamp }
    }
}

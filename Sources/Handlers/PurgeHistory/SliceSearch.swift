/// Finds where slices of about so many events end, by asking which events there were at some times, and how close they stand there.
///
/// Depth tells how many events lie between two only where they do not share depths, so the events around a slice's ends and its middle are
/// counted. Where that shows that the slice is far too large or too small, another end is looked for; all in all fewer than 200 calls a
/// slice, and about ten where events come evenly.
struct SliceSearch {
    /// The end of a slice.
    struct Cut: Sendable, Equatable {
        /// The event before which it goes; nil when it is the last slice.
        var place: RoomPlace?
        /// About how many events it holds.
        var events: Int
    }

    /// The last event that is dated at a time or before.
    let place: @Sendable (Int64) async throws -> RoomPlace?
    /// How many events there are to a depth around an event; nil when that cannot be told.
    let density: @Sendable (RoomPlace) async throws -> Double?
    private var profile = DepthProfile()

    private static let mostRounds = 3
    private static let questionsForMiddle = 4

    init(
        place: @escaping @Sendable (Int64) async throws -> RoomPlace?, density: @escaping @Sendable (RoomPlace) async throws -> Double?
    ) {
        (self.place, self.density) = (place, density)
    }

    /// The end of the slice that begins at an event.
    ///
    /// - Parameters:
    ///   - events: how many it should hold; the cut holds from half as many to half as many again, where that can be found
    /// - Returns: nil where times say nothing
    mutating func cut(from: RoomPlace, to: RoomPlace, events: Int) async throws -> Cut? {
        profile.forget(before: from.depth)
        try await sample(from, unlessKnownWithin: 0)
        var best: Cut?
        var lastGoal: Int64?
        for _ in 0..<Self.mostRounds {
            let goal = profile.depth(of: events, beyond: from.depth, upTo: to.depth)
            guard goal != lastGoal else { break }
            lastGoal = goal
            var search = CutSearch(from: from, to: to, depths: goal - from.depth)
            try await run(&search)
            guard search.cut != nil || search.isEnd else { break }
            let end = search.cut ?? to
            try await sample(end, unlessKnownWithin: (end.depth - from.depth) / 8)
            try await sampleMiddle(from, end)
            let cut = Cut(place: search.cut, events: Int(profile.events(from: from.depth, to: end.depth)))
            if Self.fault(of: cut, events) < best.map({ Self.fault(of: $0, events) }) ?? .infinity { best = cut }
            if Self.fault(of: cut, events) <= (cut.events > events ? 1.5 : 2) { break }
        }
        return best
    }

    /// How many times too large or too small a slice is; the last one is never too small.
    private static func fault(of cut: Cut, _ events: Int) -> Double {
        let ratio = Double(max(1, cut.events)) / Double(max(1, events))
        return ratio >= 1 ? ratio : cut.place == nil ? 1 : 1 / ratio
    }

    private func run(_ search: inout CutSearch) async throws {
        while let ts = search.next() {
            try Task.checkCancellation()
            search.answer(try await place(ts))
        }
    }

    private mutating func sampleMiddle(_ from: RoomPlace, _ end: RoomPlace) async throws {
        let half = (end.depth - from.depth) / 2
        guard half > 0, !profile.isKnown(at: from.depth + half, within: half / 4) else { return }
        var search = CutSearch(from: from, to: end, depths: half, questions: Self.questionsForMiddle)
        try await run(&search)
        if let middle = search.cut { try await sample(middle, unlessKnownWithin: half / 4) }
    }

    private mutating func sample(_ place: RoomPlace, unlessKnownWithin distance: Int64) async throws {
        guard !profile.isKnown(at: place.depth, within: distance), let density = try await self.density(place) else { return }
        profile.add(density, at: place.depth)
    }
}

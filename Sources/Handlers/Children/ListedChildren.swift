import Scheduler

/// A ledger whose children stand for the places of a list that the params give.
protocol ListedChildren: ChildLedger where Name == Int {
    /// Children that have not ended: place to task id.
    var open: [Int: Int64] { get set }
    /// Places for which somebody else's task stands in the way.
    var held: [Int] { get set }
    /// The first place that has not been submitted.
    var next: Int { get set }
    /// Children that have ended.
    var ended: Int { get }
}

extension ListedChildren {
    /// Where children are to be submitted now: those that had to wait for somebody else's task first, then further places of the list.
    ///
    /// - Parameters:
    ///   - count: how long the list is
    ///   - atOnce: the most children that are unfinished at once
    func placesToSubmit(of count: Int, atOnce: Int) -> [Int] {
        let room = max(0, atOnce - open.count - held.count)
        return held + (next..<min(count, next + room))
    }

    /// Notes a submission.
    ///
    /// - Parameter id: nil when another task stands in the way
    mutating func submitted(_ id: TaskID?, at place: Int) {
        held.removeAll { $0 == place }
        if let id { open[place] = id.rawValue } else { held.append(place) }
        next = max(next, place + 1)
    }
}

/// A parent whose params list what its children are about.
protocol ListedFamily: ChildFamily where Ledger: ListedChildren {
    /// How long the list is.
    var count: Int { get }
    /// The most children that are unfinished at once.
    var atOnce: Int { get }
    /// Submits the child of a place, and notes that.
    func submit(at place: Int, _ children: ChildTasks, _ ledger: inout Ledger) async throws
}

extension ListedFamily {
    func submit(_ children: ChildTasks, _ ledger: inout Ledger) async throws -> Outcome? {
        for place in ledger.placesToSubmit(of: count, atOnce: atOnce) {
            try Task.checkCancellation()
            try await submit(at: place, children, &ledger)
        }
        return nil
    }

    func isOver(_ ledger: Ledger) -> Bool { ledger.ended == count }
}

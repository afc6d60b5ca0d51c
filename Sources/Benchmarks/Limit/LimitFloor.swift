import Synchronization

/// The id below which nothing unclaimed is believed to be left, shared by all clients of the limit.
final class LimitFloor: Sendable {
    private let floor = Atomic<Int64>(0)
    private let raised = Atomic<Int>(0)

    var value: Int64 { floor.load(ordering: .relaxed) }

    /// Moves it up; now and then back to the start, as any design must, for what was committed late.
    func raise(to id: Int64) {
        if raised.wrappingAdd(1, ordering: .relaxed).newValue.isMultiple(of: 200) { return reset() }
        if id > value { floor.store(id, ordering: .relaxed) }
    }

    /// Looks at everything again.
    func reset() { floor.store(0, ordering: .relaxed) }
}

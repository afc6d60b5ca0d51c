import Synchronization

/// Carries one value out of a closure that returns nothing.
final class Handover<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)

    var value: Value? { held.withLock { $0 } }

    func put(_ value: Value) { held.withLock { $0 = value } }
}

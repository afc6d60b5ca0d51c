import Synchronization

/// Divides a number of tasks among callers, a batch at a time.
final class Turns: Sendable {
    private let left: Mutex<Int>
    private let each: Int

    init(total: Int, each: Int) {
        left = Mutex(total)
        self.each = max(1, each)
    }

    /// The size of the caller's next batch; nil when all is given out.
    func next() -> Int? {
        left.withLock { left in
            guard left > 0 else { return nil }
            let count = min(each, left)
            left -= count
            return count
        }
    }
}

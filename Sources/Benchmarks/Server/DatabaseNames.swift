import Glibc
import Synchronization

/// Names of the databases that one invocation makes, so that two of them on one server do not meet.
final class DatabaseNames: Sendable {
    private let count = Mutex(0)
    private let prefix = "muster_bench_\(getpid())"

    /// The database that has Muster's tables and nothing in them.
    var template: String { "\(prefix)_template" }

    /// A name that was not given before.
    func next() -> String {
        count.withLock { count in
            count += 1
            return "\(prefix)_\(count)"
        }
    }
}

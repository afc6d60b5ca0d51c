import Foundation

/// The system's limit of open files for this process: sockets count as files.
enum OpenFileLimit {
    /// Raises the soft limit to the hard one, which any process may do, and returns what holds from now on.
    ///
    /// The soft limit is low for the sake of programs that call `select`, which nothing here does.
    @discardableResult static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        // What is refused stays as it was: the budget says whether that is enough.
        if setrlimit(resource, &raised) == 0 { limit = raised }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many files are open now, inherited ones included.
    ///
    /// - Throws: ``CommandFailure`` where not even this can be looked up.
    static func used() throws -> Int {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        } catch {
            throw CommandFailure(
                .configuration,
                "The open files of this process cannot be counted, in /proc/self/fd; mount /proc, or raise LimitNOFILE."
            )
        }
    }

    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
}

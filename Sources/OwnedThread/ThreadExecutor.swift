/// A serial executor that runs an actor's jobs on one thread of its own, so that blocking calls never stall Swift's cooperative pool.
///
/// The actor keeps it in a `nonisolated let` and returns ``asUnownedSerialExecutor()`` from `unownedExecutor`. Jobs run in the order of
/// their arrival. The thread ends once this object is gone and every job that was handed over has run: a job is never dropped, whenever it
/// comes.
public final class ThreadExecutor: SerialExecutor {
    let loop: ThreadLoop

    /// Starts the thread.
    ///
    /// `name` shows up in `ps -L` and `perf`; the kernel keeps 15 bytes of it. Throws ``ThreadStartError`` when the system has no thread or
    /// file descriptor left.
    public init(name: String) throws {
        loop = try ThreadLoop(name: name)
        try loop.start()
    }

    deinit {
        loop.stop()
    }

    /// Hands one job to the thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        loop.enqueue(job)
    }

    /// The reference under which the runtime knows this executor.
    ///
    /// It names the thread's loop, which lives as long as the thread does; the job that drops the last reference to its actor is thereby
    /// safe.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        loop.asUnownedSerialExecutor()
    }

    /// Stops the program when the caller is not on this executor's thread.
    public func checkIsolated() {
        loop.checkIsolated()
    }

    /// Calls `onReadable` on the thread whenever it is idle and `descriptor` is readable, hung up or broken.
    ///
    /// Readiness is a level, not an edge: a handler that neither reads nor calls ``unwatch(_:)`` is called again at once. One descriptor at a
    /// time; a new one replaces the old. Call it from the owning actor, and ``unwatch(_:)`` before the descriptor is closed.
    ///
    /// - Returns: what ``unwatch(_:)`` asks for
    public func watch(_ descriptor: Int32, onReadable: @escaping @Sendable () -> Void) -> UInt64 {
        loop.watch(descriptor, onReadable: onReadable)
    }

    /// Ends this watch, unless another one has replaced it.
    public func unwatch(_ watch: UInt64) {
        loop.unwatch(watch)
    }
}

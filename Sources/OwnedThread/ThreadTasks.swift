/// Runs Swift tasks that prefer it on an executor's thread, among the jobs of the actors that live there.
///
/// Work that goes to and fro between a task and such an actor then wakes no other thread. What blocks the thread, as a statement does that
/// waits for its server, blocks these tasks too: only what would wait for it anyway belongs here.
public final class ThreadTasks: TaskExecutor {
    private let executor: ThreadExecutor

    /// Shares the executor's thread, and keeps it alive.
    public init(on executor: ThreadExecutor) { self.executor = executor }

    /// Hands one job to the thread.
    public func enqueue(_ job: consuming ExecutorJob) { executor.loop.enqueue(job, of: asUnownedTaskExecutor()) }
}

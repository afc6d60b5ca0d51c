import Glibc
import Synchronization

/// The thread's body: runs jobs, and sleeps in `poll` on its wake-up pipe and at most one watched descriptor.
///
/// The thread holds the loop, never the ``ThreadExecutor``, so the owner's end is what ends it.
final class ThreadLoop: SerialExecutor {
    private struct Watch {
        let number: UInt64
        let descriptor: Int32
        let onReadable: @Sendable () -> Void
    }

    /// A job, and for whom it runs: an actor of this thread, or a Swift task that prefers it.
    private struct Job {
        let job: UnownedJob
        let tasks: UnownedTaskExecutor?
    }

    private struct State {
        var jobs: [Job] = []
        var watch: Watch?
        var watches: UInt64 = 0
        /// True while the thread is in `poll`, or about to be: only then does a job need a byte in the pipe.
        var isAsleep = false
        var isStopping = false
        var thread: pthread_t?
    }

    private let state = Mutex(State())
    private let pipe: WakePipe
    private let name: String

    init(name: String) throws {
        self.name = name
        pipe = try WakePipe()
    }

    func start() throws {
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(self)
        let failure = pthread_create(&thread, nil, threadMain, retained.toOpaque())
        guard failure == 0 else {
            retained.release()
            throw ThreadStartError(call: "pthread_create", errno: failure)
        }
        pthread_detach(thread)
    }

    /// Ends the thread once its queue is empty.
    ///
    /// Nobody can enqueue after that: an actor with work to do still holds its ``ThreadExecutor``.
    func stop() {
        wakeAfter { $0.isStopping = true }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = Job(job: UnownedJob(job), tasks: nil)
        wakeAfter { $0.jobs.append(job) }
    }

    func enqueue(_ job: consuming ExecutorJob, of tasks: UnownedTaskExecutor) {
        let job = Job(job: UnownedJob(job), tasks: tasks)
        wakeAfter { $0.jobs.append(job) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    func checkIsolated() {
        let thread = state.withLock { $0.thread }
        precondition(thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false, "not on the thread of this executor")
    }

    func watch(_ descriptor: Int32, onReadable: @escaping @Sendable () -> Void) -> UInt64 {
        wakeAfter { state in
            state.watches += 1
            state.watch = Watch(number: state.watches, descriptor: descriptor, onReadable: onReadable)
            return state.watches
        }
    }

    func unwatch(_ number: UInt64) {
        wakeAfter { state in
            if state.watch?.number == number { state.watch = nil }
        }
    }

    private func wakeAfter<R: Sendable>(_ change: (inout State) -> R) -> R {
        let (result, wake) = state.withLock { state in (change(&state), state.isAsleep) }
        if wake { pipe.wake() }
        return result
    }

    fileprivate func run() {
        setThreadName(name)
        state.withLock { $0.thread = pthread_self() }
        let executor = asUnownedSerialExecutor()
        var batch: [Job] = []
        var awakeUntil = ContinuousClock.now
        while true {
            batch.removeAll(keepingCapacity: true)
            let mayWait = ContinuousClock.now < awakeUntil
            let (ended, watch) = state.withLock { state -> (Bool, Watch?) in
                swap(&batch, &state.jobs)
                guard batch.isEmpty else { return (false, nil) }
                if state.isStopping { return (true, nil) }
                state.isAsleep = !mayWait
                return (false, state.watch)
            }
            if ended { return }
            if !batch.isEmpty {
                for job in batch {
                    if let tasks = job.tasks {
                        job.job.runSynchronously(on: tasks)
                    } else {
                        job.job.runSynchronously(on: executor)
                    }
                }
                awakeUntil = .now + Self.wakefulness
            } else if mayWait {
                sched_yield()
            } else {
                sleep(watching: watch)
            }
        }
    }

    /// How long the thread stays awake after a job, giving way to all others: whoever waited for that job often has the next one at once,
    /// and waking a thread takes as long.
    private static let wakefulness = Duration.microseconds(80)

    private func sleep(watching watch: Watch?) {
        // A negative descriptor is ignored by poll.
        var ready = (
            pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: watch?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
        )
        _ = withUnsafeMutableBytes(of: &ready) { bytes in
            poll(bytes.bindMemory(to: pollfd.self).baseAddress, 2, -1)
        }
        let isStillWatched = state.withLock { state in
            state.isAsleep = false
            return watch != nil && state.watch?.number == watch?.number
        }
        if ready.0.revents != 0 { pipe.drain() }
        if ready.1.revents != 0, isStillWatched { watch?.onReadable() }
    }
}

private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<ThreadLoop>.fromOpaque(context).takeRetainedValue().run()
    return nil
}

/// Names the calling thread through /proc, because the C function is not visible from Swift.
///
/// A missing name costs nothing but readability.
private func setThreadName(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
    close(file)
}

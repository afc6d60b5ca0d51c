import Dispatch
import Glibc
import Synchronization

/// Writes lines to a descriptor on a thread of its own: whoever has something to say never waits for those who read it.
///
/// At most a megabyte waits, and as much is on its way; what finds no room is dropped and counted, and a line says how many in their place.
/// A descriptor that cannot be written (a full disk, a reader that has gone) is tried again, at least once a second, for as long as the
/// process lives. Lines come out whole and in their order. It ends with the process: keep it for as long.
package final class LineWriter: Sendable {
    /// How many bytes may wait.
    package static let capacity = 1 << 20

    private struct State {
        var queue: LineQueue
        var notice: @Sendable (Int) -> String
        var isWriting = false
        var hasThread = false
        var waiters: [DispatchSemaphore] = []
    }

    private let state: Mutex<State>
    private let work = DispatchSemaphore(value: 0)
    private let descriptor: Int32

    /// A writer; the thread starts with the first line.
    ///
    /// - Parameters:
    ///   - descriptor: where lines go; it stays open
    ///   - notice: the line that says how many were dropped
    package init(
        descriptor: Int32, capacity: Int = LineWriter.capacity,
        notice: @escaping @Sendable (Int) -> String = { "\($0) lines were dropped" }
    ) {
        self.descriptor = descriptor
        state = Mutex(State(queue: LineQueue(capacity: capacity), notice: notice))
    }

    /// Changes the line that says how many were dropped, to the form of the others.
    package func announceDrops(with notice: @escaping @Sendable (Int) -> String) {
        state.withLock { $0.notice = notice }
    }

    /// Takes in a line, which must not end in a line break, and returns at once.
    package func write(_ line: String) {
        let wake = state.withLock { state in
            state.queue.add(line)
            // Without a thread lines wait and are dropped; the next one tries again.
            if !state.hasThread { state.hasThread = start() }
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if wake { work.signal() }
    }

    /// Waits until all that was taken in has been written, at most for so long.
    ///
    /// It blocks its thread: for the end of a process.
    ///
    /// - Returns: whether all was written
    @discardableResult
    package func flush(within limit: Duration) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let isDone = state.withLock { state in
            guard state.isWriting else { return true }
            state.waiters.append(done)
            return false
        }
        let nanoseconds = Int(limit / .nanoseconds(1))
        return isDone || done.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success
    }

    private func start() -> Bool {
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(self)
        guard pthread_create(&thread, nil, threadMain, retained.toOpaque()) == 0 else {
            retained.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    fileprivate func run() -> Never {
        // Signals are for others, and a reader that has gone is an error number here.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        while true {
            work.wait()
            while let batch = next() { writeAll(batch) }
        }
    }

    private func next() -> [UInt8]? {
        state.withLock { state in
            guard state.queue.isEmpty else { return state.queue.take(notice: state.notice) }
            state.isWriting = false
            for waiter in state.waiters { waiter.signal() }
            state.waiters = []
            return nil
        }
    }

    private func writeAll(_ batch: [UInt8]) {
        var rest = batch[...]
        var pause: UInt32 = 10_000
        while true {
            let (count, failure) = Descriptor.write(rest, to: descriptor)
            guard failure != nil else { return }
            if count > 0 { pause = 10_000 }
            rest = rest.dropFirst(count)
            usleep(pause)
            pause = min(pause * 2, 1_000_000)
        }
    }
}

private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<LineWriter>.fromOpaque(context).takeRetainedValue().run()
}

import SchedulerTesting
import Synchronization
import Testing

@testable import Scheduler

@Suite(.timeLimit(.minutes(1)))
struct SignalTests {
    private static let never = Duration.seconds(600)

    @Test func `a signal that came while nobody waited lets the next one pass, once`() async {
        let signal = Signal()
        signal.set()
        signal.set()
        #expect(await signal.wait(timeout: Self.never))
        #expect(await !signal.wait(timeout: .milliseconds(1)))
    }

    @Test func `many wait on one signal, and none is left behind`() async throws {
        let signal = Signal()
        let woken = Counter()
        let waiters = (0..<50).map { _ in
            Task {
                let isSignal = await signal.wait(timeout: Self.never)
                woken.add()
                return isSignal
            }
        }
        // Who comes after a signal needs another one.
        try await eventually("everybody is woken") {
            signal.set()
            return woken.count == waiters.count
        }
        for waiter in waiters { #expect(await waiter.value) }
    }

    @Test(arguments: [Duration.zero, .nanoseconds(1), .milliseconds(1), .milliseconds(20)])
    func `every wait ends at its timeout, even one that is over at once`(timeout: Duration) async {
        let signal = Signal()
        await withTaskGroup { group in
            for _ in 0..<200 { group.addTask { await signal.wait(timeout: timeout) } }
            for await isSignal in group { #expect(!isSignal) }
        }
    }

    @Test func `cancellation ends a wait, before it begins and after`() async {
        let signal = Signal()
        let waiters = (0..<50).map { _ in Task { await signal.wait(timeout: Self.never) } }
        await Task.yield()
        for waiter in waiters { waiter.cancel() }
        for waiter in waiters { #expect(await !waiter.value) }
    }

    @Test func `who was cancelled takes no signal from the others`() async {
        let signal = Signal()
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await signal.wait(timeout: Self.never)
        }
        #expect(await !cancelled.value)
        signal.set()
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await signal.wait(timeout: Self.never)
        }
        #expect(await !late.value)
        #expect(await signal.wait(timeout: .milliseconds(1)))
    }

    @Test func `signals, timeouts and cancellations at once leave nobody waiting`() async {
        let signal = Signal()
        await withTaskGroup { group in
            for number in 0..<300 {
                group.addTask {
                    let waiter = Task { await signal.wait(timeout: .microseconds(Int64(number))) }
                    if number % 3 == 0 { signal.set() }
                    if number % 7 == 0 { waiter.cancel() }
                    _ = await waiter.value
                }
            }
        }
    }
}

private final class Counter: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func add() { number.withLock { $0 += 1 } }
}

import CLibPQ
import Dispatch
import Synchronization

/// What is needed to cancel a connection's running statement from any thread.
final class Canceller: Sendable {
    /// Safe to share: libpq never changes it after `PQgetCancel`, and `PQcancel` may be called from any thread.
    private nonisolated(unsafe) let handle: OpaquePointer

    init?(_ connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else { return nil }
        self.handle = handle
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Asks the server to cancel; blocks for one connection's time.
    func cancel() {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { reason in
            // A failure needs no answer: the statement goes on until its own timeout.
            _ = PQcancel(handle, reason.baseAddress, Int32(reason.count))
        }
    }
}

/// Carries the cancellation of one Swift task to the statements that it runs on a connection, and to no other statement.
///
/// A cancel request travels on a connection of its own, so it can come too early (the statement has not reached the server) or too late
/// (the next one has). It is therefore repeated while the statement runs, and ``end()`` waits until no request is on its way.
final class CancelScope: Sendable {
    private struct State {
        var cancelledAt: ContinuousClock.Instant?
        var isRunning = false
        /// Present while requests are being sent.
        var requests: Requests?
    }

    /// Requests that are sent until the statement has ended.
    private struct Requests: Sendable {
        let statementEnded = DispatchSemaphore(value: 0)
        let noneOnItsWay = DispatchSemaphore(value: 0)
    }

    private static let queue = DispatchQueue(label: "postgres.cancel", attributes: .concurrent)
    private let state = Mutex(State())
    private let canceller: Canceller

    init(_ canceller: Canceller) {
        self.canceller = canceller
    }

    var isCancelled: Bool { cancelledAt != nil }

    /// When the task was cancelled.
    var cancelledAt: ContinuousClock.Instant? { state.withLock { $0.cancelledAt } }

    /// Called from the task's cancellation handler.
    func cancel() {
        let started = state.withLock { state -> Requests? in
            state.cancelledAt = state.cancelledAt ?? .now
            guard state.isRunning, state.requests == nil else { return nil }
            let requests = Requests()
            state.requests = requests
            return requests
        }
        guard let requests = started else { return }
        Self.queue.async { [canceller] in
            repeat { canceller.cancel() } while requests.statementEnded.wait(timeout: .now() + .milliseconds(100)) == .timedOut
            requests.noneOnItsWay.signal()
        }
    }

    /// Marks the start of a statement; throws when the task is already cancelled.
    func begin() throws {
        try state.withLock { state in
            if state.cancelledAt != nil { throw CancellationError() }
            state.isRunning = true
        }
    }

    /// Marks the end of a statement; false when a request could not be waited for and may hit the next statement.
    ///
    /// - Parameter isLast: whether no statement follows on this connection, so that no request has to be waited for
    func end(isLast: Bool) -> Bool {
        let requests = state.withLock { state in
            defer { (state.isRunning, state.requests) = (false, nil) }
            return state.requests
        }
        guard let requests else { return true }
        requests.statementEnded.signal()
        if isLast { return true }
        return requests.noneOnItsWay.wait(timeout: .now() + .seconds(5)) == .success
    }
}

import Synchronization

/// The switches for faults; they work while the sandbox runs.
///
/// A request meets at most one fault: the oldest that matches and has not run out.
public final class SandboxFaults: Sendable {
    private struct State {
        var faults: [SandboxFault] = []
        var fired = 0
    }

    private let state = Mutex(State())

    init() {}

    /// Lets the next matching requests meet a fault.
    ///
    /// - Parameters:
    ///   - kind: what happens.
    ///   - moment: before or after the request has had its effect.
    ///   - count: how many requests it hits.
    ///   - skipping: how many matching requests pass first.
    ///   - method: the method to match; `nil` for all.
    ///   - pathPrefix: what the percent-decoded path must begin with.
    ///   - pathContaining: what it must contain besides.
    public func inject(
        _ kind: SandboxFault.Kind, _ moment: SandboxFault.Moment = .beforeEffect, next count: Int = 1, skipping: Int = 0,
        method: String? = nil, pathPrefix: String = "/", pathContaining: String = ""
    ) {
        let fault = SandboxFault(
            kind: kind, moment: moment, method: method, pathPrefix: pathPrefix, pathContaining: pathContaining,
            skipping: skipping, remaining: count)
        state.withLock { $0.faults.append(fault) }
    }

    /// Takes all faults back.
    public func clear() { state.withLock { $0.faults = [] } }

    /// Faults that have not run out, oldest first.
    public var pending: [SandboxFault] { state.withLock { $0.faults } }

    /// How many requests have met a fault so far.
    public var fired: Int { state.withLock { $0.fired } }

    /// The fault that this request meets, counted down.
    func take(method: String, path: String) -> SandboxFault? {
        state.withLock { state in
            for index in state.faults.indices where state.faults[index].matches(method: method, path: path) {
                if state.faults[index].skipping > 0 {
                    state.faults[index].skipping -= 1
                    continue
                }
                let fault = state.faults[index]
                state.faults[index].remaining -= 1
                state.faults.removeAll { $0.remaining <= 0 }
                state.fired += 1
                return fault
            }
            return nil
        }
    }
}

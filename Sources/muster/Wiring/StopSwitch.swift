import Synchronization

/// Turns "please stop" into the right action for what the process does just now.
///
/// Until the services run, a stop cancels the start; from then on it begins their graceful shutdown. A stop that comes before either
/// action is known is not lost.
final class StopSwitch: Sendable {
    private struct State {
        var isStopped = false
        var starting: (@Sendable () -> Void)?
        var running: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// A switch that nobody has thrown.
    init() {}

    /// Whether a stop was asked for.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// What a stop does during the start.
    func whileStarting(_ action: @escaping @Sendable () -> Void) {
        let isDue = state.withLock { state in
            state.starting = action
            return state.isStopped && state.running == nil
        }
        if isDue { action() }
    }

    /// What a stop does from now on.
    func whileRunning(_ action: @escaping @Sendable () -> Void) {
        let isDue = state.withLock { state in
            state.running = action
            return state.isStopped
        }
        if isDue { action() }
    }

    /// Asks for a stop; asking again does nothing.
    func stop() {
        let action = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isStopped else { return nil }
            state.isStopped = true
            return state.running ?? state.starting
        }
        action?()
    }
}

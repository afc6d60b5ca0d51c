import Glibc
import Synchronization

/// One run of the server: its process, whether it has ended, and what it said last.
final class ServerRun: Sendable {
    private struct State {
        var processID: pid_t?
        var lines: [String] = []
        var hasEnded = false
    }

    private let state = Mutex(State())

    var processID: pid_t? { state.withLock { $0.processID } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    var lastLines: String { state.withLock { $0.lines.joined(separator: "; ") } }

    func begin(_ processID: pid_t) {
        state.withLock { $0.processID = processID }
    }

    func append(_ line: String) {
        let line = line.trimmingSuffix()
        guard !line.isEmpty else { return }
        state.withLock { state in
            state.lines.append(line)
            if state.lines.count > 10 { state.lines.removeFirst() }
        }
    }

    func end() {
        state.withLock { $0.hasEnded = true }
    }
}

extension String {
    fileprivate func trimmingSuffix() -> String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

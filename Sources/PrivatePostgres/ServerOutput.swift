import Synchronization

/// What the server said last, for the error that explains why it did not start.
final class ServerOutput: Sendable {
    private struct State {
        var lines: [String] = []
        var hasEnded = false
    }

    private let state = Mutex(State())

    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    var lastLines: String { state.withLock { $0.lines.joined(separator: "; ") } }

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

/// Claimed attempts that wait for a lane, in the order of their claims.
struct WaitingLine: Sendable {
    private var attempts: [LiveAttempt] = []
    private var head = 0

    var count: Int { attempts.count - head }
    var isEmpty: Bool { head == attempts.count }
    var first: LiveAttempt? { isEmpty ? nil : attempts[head] }

    mutating func append(_ more: [LiveAttempt]) {
        // What was taken leaves when that is cheap: never more room than twice what waits.
        if head > attempts.count / 2 {
            attempts.removeFirst(head)
            head = 0
        }
        attempts.append(contentsOf: more)
    }

    mutating func popFirst() -> LiveAttempt? {
        guard head < attempts.count else { return nil }
        defer { head += 1 }
        return attempts[head]
    }

    mutating func remove(_ attempt: LiveAttempt) -> Bool {
        guard let index = attempts[head...].firstIndex(where: { $0 === attempt }) else { return false }
        attempts.remove(at: index)
        return true
    }

    mutating func removeAll() -> [LiveAttempt] {
        defer { (attempts, head) = ([], 0) }
        return Array(attempts[head...])
    }
}

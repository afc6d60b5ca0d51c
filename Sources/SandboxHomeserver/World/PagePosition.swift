/// A place between two events of a room: after everything up to this depth and arrival.
struct PagePosition: Comparable, Sendable {
    var depth: Int
    var stream: Int

    static let start = PagePosition(depth: 0, stream: 0)

    static func < (left: Self, right: Self) -> Bool {
        (left.depth, left.stream) < (right.depth, right.stream)
    }

    /// The token in Synapse's shape for a position in the order of depth.
    ///
    /// The zeros stand for the streams (typing, receipts and so on) that the sandbox does not have.
    var token: String { "t\(depth)-\(stream)" + String(repeating: "_0", count: 13) }

    init(depth: Int, stream: Int) {
        self.depth = depth
        self.stream = stream
    }

    init(token: String) throws(SandboxRefusal) {
        let position = token.prefix { $0 != "_" }.dropFirst()
        let parts = position.split(separator: "-", maxSplits: 1)
        guard token.hasPrefix("t"), parts.count == 2, let depth = Int(parts[0]), let stream = Int(parts[1]) else {
            throw .bad("'from' parameter is invalid")
        }
        self.init(depth: depth, stream: stream)
    }
}

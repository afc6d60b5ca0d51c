/// A place between two events of a room: after everything up to this depth and arrival.
struct PagePosition: Comparable, Sendable {
    var depth: Int
    var stream: Int

    static let start = PagePosition(depth: 0, stream: 0)

    static func < (left: Self, right: Self) -> Bool {
        (left.depth, left.stream) < (right.depth, right.stream)
    }

    /// The token in Synapse's shape for a position in the order of depth.
    var token: String { "t\(depth)-\(stream)" }

    init(depth: Int, stream: Int) {
        self.depth = depth
        self.stream = stream
    }

    init(token: String) throws(SandboxRefusal) {
        let parts = token.dropFirst().split(separator: "-", maxSplits: 1)
        guard token.hasPrefix("t"), parts.count == 2, let depth = Int(parts[0]), let stream = Int(parts[1]) else {
            throw .bad("'from' parameter is invalid")
        }
        self.init(depth: depth, stream: stream)
    }
}

/// How many events stay readable because the params leave their types out, by type and within bounds: types are whatever senders make up.
struct StayingEvents: Codable, Sendable, Equatable {
    private(set) var byType: [String: Int] = [:]
    /// Events of types that are not kept.
    private(set) var omitted = 0

    static let mostTypes = 20
    /// The longest type that is kept, in bytes.
    static let longest = 80

    var isEmpty: Bool { byType.isEmpty && omitted == 0 }
    var count: Int { byType.values.reduce(omitted, +) }

    mutating func add(_ counts: [String: Int]) {
        for (type, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            let isKept = byType[type] != nil || byType.count < Self.mostTypes && type.utf8.count <= Self.longest
            if isKept { byType[type, default: 0] += count } else { omitted += count }
        }
    }
}

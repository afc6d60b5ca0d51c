import Crypto
import Foundation

/// Tells the rooms that a task began with from others, in an eighth of the space that their ids take.
///
/// A room of which the mark is known is one of them, but for a chance of one in a hundred thousand million for each room that is asked about.
struct RoomMarks: Codable, Sendable, Equatable {
    /// The most rooms whose marks fit into a checkpoint.
    static let most = 1700
    /// Bytes of a mark.
    private static let size = 6

    private let marks: Data

    init(of rooms: [String]) {
        marks = rooms.prefix(Self.most).reduce(into: Data()) { $0 += Self.mark(of: $1) }
    }

    /// Those of the rooms that are marked.
    func known(among rooms: some Sequence<String>) -> [String] {
        let bytes = Array(marks)
        let known = Set(stride(from: 0, to: bytes.count, by: Self.size).map { Array(bytes[$0..<min($0 + Self.size, bytes.count)]) })
        return rooms.filter { known.contains(Self.mark(of: $0)) }
    }

    /// The place of each room among those that are marked.
    func places() -> (String) -> Int? {
        let bytes = Array(marks)
        var places: [[UInt8]: Int] = [:]
        for start in stride(from: 0, to: bytes.count, by: Self.size) {
            places[Array(bytes[start..<min(start + Self.size, bytes.count)])] = start / Self.size
        }
        return { places[Self.mark(of: $0)] }
    }

    private static func mark(of room: String) -> [UInt8] { Array(SHA256.hash(data: Data(room.utf8)).prefix(size)) }
}

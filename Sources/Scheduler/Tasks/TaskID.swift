/// The identity of a stored task.
///
/// A 64-bit number that PostgreSQL gives out: milliseconds since 1970 in the upper bits, a running number in the lower 20, so that ids
/// grow with time. Written in decimal everywhere; in JSON always as a string, because JavaScript cannot hold 64 bits.
public struct TaskID: RawRepresentable, Hashable, Comparable, Sendable, Codable, LosslessStringConvertible {
    /// The number as PostgreSQL stores it.
    public let rawValue: Int64

    /// Wraps a number that came from the store.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Reads the decimal form; nil for anything but a positive 64-bit number.
    public init?(_ description: String) {
        guard !description.isEmpty, description.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(description), number > 0
        else { return nil }
        self.rawValue = number
    }

    /// The decimal form.
    public var description: String { String(rawValue) }

    /// Orders by time of submission.
    public static func < (left: TaskID, right: TaskID) -> Bool { left.rawValue < right.rawValue }

    /// Decodes the decimal string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = TaskID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "A task id is a positive decimal number in a string.")
        }
        self = id
    }

    /// Encodes the decimal string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

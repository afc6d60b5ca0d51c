/// The PostgreSQL that a benchmark ran on.
public struct ServerDescription: Codable, Sendable, Hashable {
    /// Its version.
    public var version: String
    /// Whether the benchmark started it for itself.
    public var isPrivate: Bool
    /// The settings that matter, as they were in force.
    public var settings: [String: String]

    enum CodingKeys: String, CodingKey {
        case version, settings
        case isPrivate = "private"
    }
}

/// Why the homeserver of the tests could not be started, or what it answered instead of what a test asked for.
public struct SynapseError: Error, CustomStringConvertible {
    /// What is wrong, in one sentence.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

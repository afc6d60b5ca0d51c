/// What an attempt ends in.
public enum Outcome: Sendable {
    /// Done; the result is kept and shown. At most 64 KiB.
    case complete(JSONBytes?)
    /// Not done, try again: after the given wait, or after the policy's.
    case retry(after: Duration?, error: String)
    /// Not done, and trying again would not help.
    case failed(error: String, result: JSONBytes? = nil)
    /// Stopped because somebody asked.
    case cancelled(result: JSONBytes? = nil)
    /// Not yet: run again after the wait; the attempt is not counted, and the reason is shown while the task waits, its first 1,000 bytes.
    case snoozed(for: Duration, reason: String)

    /// Done, with a value to be encoded as the result.
    ///
    /// - Throws: `EncodingError` when the value has no JSON form.
    public static func complete(_ result: some Encodable) throws -> Outcome { .complete(try JSONBytes(encoding: result)) }
}

/// An error that says that trying again would not help: the task fails at once.
public struct FinalError: Error, CustomStringConvertible {
    /// Why, in one sentence.
    public let description: String
    /// What was done before, shown as the task's result.
    public let result: JSONBytes?

    /// An error that ends the task.
    public init(_ description: String, result: JSONBytes? = nil) {
        self.description = description
        self.result = result
    }
}

/// An answer of the server.
public enum RedisReply: Sendable, Equatable {
    /// A string of any bytes.
    case string([UInt8])
    /// A short word such as `OK`.
    case status(String)
    /// A number.
    case integer(Int64)
    /// There is no value.
    case null
    /// A list of answers.
    case array([RedisReply])
    /// The server refused the command, in its words.
    case error(String)
}

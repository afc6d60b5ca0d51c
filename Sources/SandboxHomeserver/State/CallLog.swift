/// What has been asked of the sandbox so far.
struct CallLog: Sendable {
    /// Requests that are remembered one by one; older ones are only counted.
    static let kept = 10_000

    var counts: [String: Int] = [:]
    var inFlight: [String: Int] = [:]
    var peak: [String: Int] = [:]
    var requests: [SandboxRequest] = []

    mutating func begin(_ endpoint: String) {
        counts[endpoint, default: 0] += 1
        let now = inFlight[endpoint, default: 0] + 1
        inFlight[endpoint] = now
        peak[endpoint] = max(peak[endpoint, default: 0], now)
    }

    mutating func end(_ endpoint: String, _ request: SandboxRequest) {
        inFlight[endpoint, default: 1] -= 1
        requests.append(request)
        if requests.count > 2 * Self.kept { requests.removeFirst(requests.count - Self.kept) }
    }
}

/// One request that the sandbox has answered.
public struct SandboxRequest: Sendable, Equatable {
    /// The method, in capitals.
    public let method: String
    /// The path as it came, percent-encoded, with its query; access tokens in it are left out.
    public let target: String
    /// The endpoint that it met, such as `PUT /_matrix/client/v3/rooms/{room}/redact/{event}/{txn}`.
    public let endpoint: String
    /// The status of the answer; `nil` if the connection was cut instead.
    public let status: Int?
}

import Foundation

/// One HTTP request to the homeserver, before it has a base URL and a token.
struct HomeserverCall: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    /// For errors: what is tried, such as `read a page of events`.
    var name: String
    var method: Method
    /// The path's parts, not yet encoded; the first is a prefix that is taken as it stands.
    var prefix: String
    var parts: [String]
    var query: [(String, String)]
    var body: Data?
    var caller: HomeserverCaller
    var timeout: Duration
    var largestAnswer: Int
    /// Whether a worker of the homeserver can answer it as well.
    var isForWorkers = false

    init(
        _ name: String, _ method: Method, _ prefix: String, _ parts: [String] = [], query: [(String, String)] = [], body: Data? = nil,
        as caller: HomeserverCaller, timeout: Duration, largestAnswer: Int = 1 << 20
    ) {
        self.name = name
        self.method = method
        self.prefix = prefix
        self.parts = parts
        self.query = query
        self.body = body
        self.caller = caller
        self.timeout = timeout
        self.largestAnswer = largestAnswer
    }

    /// The path with every part percent-encoded, nothing but unreserved characters left as they are.
    var target: String {
        var target = prefix
        for part in parts { target += "/" + part.percentEncoded }
        var pairs = query
        if case .applicationService(let userID, let deviceID) = caller {
            pairs.append(("user_id", userID))
            if let deviceID { pairs.append(("device_id", deviceID)) }
        }
        guard !pairs.isEmpty else { return target }
        return target + "?" + pairs.map { "\($0.percentEncoded)=\($1.percentEncoded)" }.joined(separator: "&")
    }
}

/// In whose name a call is made.
public enum HomeserverCaller: Sendable, Hashable {
    /// The server admin of the configuration.
    case admin
    /// Whoever holds this access token.
    case token(String)
    /// A user, through the application service of the configuration; a device makes transaction ids last.
    case applicationService(userID: String, deviceID: String?)
}

extension HomeserverCaller: CustomStringConvertible, CustomReflectable {
    /// The kind, never a token.
    public var description: String {
        switch self {
        case .admin: "admin"
        case .token: "token"
        case .applicationService: "application service"
        }
    }

    /// Nothing to look into, so that a dump shows no token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension String {
    /// Letters, digits and `-._~` stay; every other byte becomes `%XX`.
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
            default: bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        // A part of only dots would be taken as a step through the path.
        if !bytes.isEmpty, bytes.allSatisfy({ $0 == 46 }) { bytes = bytes.flatMap { _ in Array("%2E".utf8) } }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One endpoint: where it is, who may call it and what it does.
struct Route: Sendable {
    /// Who may call.
    enum Access: Sendable {
        case anyone, user, admin
    }

    typealias Handle = @Sendable (inout World, Call) throws(SandboxRefusal) -> Reply

    let method: String
    let path: String
    let access: Access
    let handle: Handle
    private let segments: [Segment]

    private enum Segment: Sendable {
        case fixed(Substring)
        case parameter(String)
    }

    init(_ method: String, _ path: String, _ access: Access, _ handle: @escaping Handle) {
        self.method = method
        self.path = path
        self.access = access
        self.handle = handle
        segments = path.split(separator: "/").map {
            $0.hasPrefix("{") ? .parameter(String($0.dropFirst().dropLast())) : .fixed($0)
        }
    }

    /// Its name in counters and logs.
    var name: String { "\(method) \(path)" }

    /// The parameters, if the path is this route's.
    func parameters(of path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .fixed(let expected): guard text == expected else { return nil }
            case .parameter(let name): parameters[name] = text
            }
        }
        return parameters
    }
}

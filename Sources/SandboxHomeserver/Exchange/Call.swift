/// One request, taken apart: what an endpoint gets to see.
struct Call: Sendable {
    static let largestBody = 1 << 20
    static let largestPage = 1000

    let method: String
    /// The percent-decoded path parameters by name.
    let parameters: [String: String]
    let query: [String: String]
    let body: [UInt8]
    /// Who calls; an empty id for the few open endpoints.
    let requester: Requester
    /// The access token that came with it.
    let token: String?

    /// A path parameter; the route table guarantees that it exists.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The body, which must be a JSON object.
    func object() throws(SandboxRefusal) -> SandboxJSON {
        guard let json = SandboxJSON(parsing: body) else { throw .notJSON }
        guard json.members != nil else { throw .notAnObject }
        return json
    }

    /// The body, which may be empty.
    func objectOrEmpty() throws(SandboxRefusal) -> SandboxJSON { body.isEmpty ? [:] : try object() }

    /// A whole number of the query that is not negative.
    func integer(_ name: String) throws(SandboxRefusal) -> Int? {
        guard let text = query[name] else { return nil }
        guard let value = Int(text) else { throw .invalid("Query parameter \(name) must be an integer") }
        guard value >= 0 else { throw .invalid("Query parameter \(name) must be a positive integer.") }
        return value
    }

    func requiredInteger(_ name: String) throws(SandboxRefusal) -> Int {
        guard let value = try integer(name) else { throw .missing("Missing required integer query parameter \(name)") }
        return value
    }

    /// The direction, `f` unless given.
    func isBackwards() throws(SandboxRefusal) -> Bool {
        switch query["dir"] {
        case "b": return true
        case "f", nil: return false
        default: throw .invalid("Query parameter 'dir' must be one of ['b', 'f']")
        }
    }

    /// The page size: 10 unless given, at most 1000.
    func limit(default standard: Int = 10) throws(SandboxRefusal) -> Int {
        min(try integer("limit") ?? standard, Self.largestPage)
    }
}

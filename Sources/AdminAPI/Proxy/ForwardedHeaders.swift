import HTTPTypes
import NIOHTTP1

/// Which headers of a request and of its answer pass the proxy.
enum ForwardedHeaders {
    /// Headers that are between two neighbours, and not for whoever comes next.
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]
    /// Made anew by the client that sends the request on.
    private static let remade: Set<String> = ["content-length", "expect", "host", "via", "x-forwarded-for", "x-forwarded-proto"]

    /// The headers for the homeserver.
    ///
    /// What a trusted proxy says of its callers passes; of anybody else the address takes the place of what they say.
    ///
    /// - Parameters:
    ///   - authority: the host that the caller asked for, which the homeserver is told too
    ///   - peer: the address that is connected, or `local`
    ///   - isTrusted: whether the peer is a proxy that the configuration names
    ///   - identity: what this proxy calls itself in `Via`
    static func request(
        _ fields: HTTPFields, authority: String?, from peer: String, isTrusted: Bool, via identity: String
    ) -> HTTPHeaders {
        let dropped = hopByHop.union(remade).union(named(by: fields[values: .connection]))
        var headers = HTTPHeaders()
        for field in fields where !dropped.contains(field.name.canonicalName) {
            headers.add(name: field.name.rawName, value: field.value)
        }
        if let authority { headers.add(name: "Host", value: authority) }
        let callers = isTrusted ? fields[values: .forwardedFor] : []
        headers.add(name: "X-Forwarded-For", value: (callers + [peer == "local" ? "127.0.0.1" : peer]).joined(separator: ", "))
        let scheme = isTrusted ? fields[values: .forwardedProto].first : nil
        headers.add(name: "X-Forwarded-Proto", value: scheme ?? "http")
        headers.add(name: "Via", value: (fields[values: .via] + ["1.1 \(identity)"]).joined(separator: ", "))
        return headers
    }

    /// The headers for the caller.
    static func response(_ headers: HTTPHeaders) -> HTTPFields {
        let dropped = hopByHop.union(named(by: headers["connection"]))
        var fields = HTTPFields()
        for (name, value) in headers {
            guard let name = HTTPField.Name(name), !dropped.contains(name.canonicalName) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        return fields
    }

    /// What a `Connection` header says is for the neighbour only.
    private static func named(by connection: [String]) -> Set<String> {
        Set(connection.flatMap { $0.split(separator: ",") }.map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() })
    }
}

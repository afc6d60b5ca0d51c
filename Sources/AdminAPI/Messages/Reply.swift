import Hummingbird

/// An answer: a status and a JSON body, always.
struct Reply: Sendable {
    var status: HTTPResponse.Status
    var body: JSONValue
    var headers = HTTPFields()

    init(_ body: JSONValue, status: HTTPResponse.Status = .ok) {
        self.status = status
        self.body = body
    }

    /// The answer as Hummingbird sends it.
    ///
    /// Nothing of it may be cached: statuses change, and answers depend on who asks.
    var response: Response {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-cache, no-store, must-revalidate"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.bytes.utf8)))
    }
}

import Hummingbird

/// An answer: a status and a JSON body, always.
struct Reply: Sendable {
    var status: HTTPResponse.Status
    var body: JSONValue
    var headers = HTTPFields()
    private var prepared: ByteBuffer?

    init(_ body: JSONValue, status: HTTPResponse.Status = .ok) {
        self.status = status
        self.body = body
    }

    /// An answer that was written once for all who ask: they share its bytes.
    init(prepared: ByteBuffer) {
        self.init(.null)
        self.prepared = prepared
    }

    /// The answer as Hummingbird sends it.
    ///
    /// Nothing of it may be cached: statuses change, and answers depend on who asks.
    var response: Response {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-cache, no-store, must-revalidate"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: prepared ?? ByteBuffer(bytes: body.bytes.utf8)))
    }
}

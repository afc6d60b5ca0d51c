import Hummingbird

/// Builds answers: of endpoints, of refusals and of faults.
enum FaultAnswer {
    case cut
    case instead(Response)
    case unchanged

    /// Plays a fault; waits if it is slowness.
    static func make(_ fault: SandboxFault) async throws -> FaultAnswer {
        switch fault.kind {
        case .cut: return .cut
        case .slow(let duration):
            try await Task.sleep(for: duration)
            return .unchanged
        case .tooManyRequests(let retryAfter):
            let milliseconds = Int((retryAfter / .milliseconds(1)).rounded(.up))
            return .instead(refusal(.limitExceeded(retryAfterMilliseconds: milliseconds)))
        case .status(let status):
            return .instead(
                refusal(SandboxRefusal(status: status, errcode: "M_UNKNOWN", message: "Fault injected into the sandbox")))
        case .forgotten: return .instead(refusal(.notFound("Not found")))
        case .refusal(let status, let errcode):
            return .instead(refusal(SandboxRefusal(status: status, errcode: errcode, message: "Fault injected into the sandbox")))
        case .json(let text): return .instead(response(Array(text.utf8), status: 200, type: "application/json"))
        case .proxyError(let status):
            let page = "<html><head><title>\(status)</title></head><body><h1>\(status)</h1><hr>muster-sandbox</body></html>\n"
            return .instead(response(Array(page.utf8), status: status, type: "text/html"))
        }
    }

    static func json(_ body: SandboxJSON, status: Int) -> Response {
        response(body.utf8, status: status, type: "application/json")
    }

    static func plain(_ text: String, status: Int) -> Response {
        response(Array(text.utf8), status: status, type: "text/plain; charset=utf-8")
    }

    static func refusal(_ refusal: SandboxRefusal) -> Response {
        var body = refusal.details
        body["errcode"] = .string(refusal.errcode)
        body["error"] = .string(refusal.message)
        var response = json(.object(body), status: refusal.status)
        if let wait = refusal.details["retry_after_ms"]?.number {
            response.headers[.retryAfter] = String((wait + 999) / 1000)
        }
        return response
    }

    private static func response(_ bytes: [UInt8], status: Int, type: String) -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

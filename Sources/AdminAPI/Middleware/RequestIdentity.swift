import Hummingbird
import Scheduler

import struct Foundation.UUID

/// Gives every request an id, in the log and in the answer; a caller's own `X-Request-Id` is kept when it is harmless.
struct RequestIdentity: RouterMiddleware {
    typealias Context = APIContext

    func handle(_ input: Request, context: APIContext, next: (Request, APIContext) async throws -> Response) async throws -> Response {
        let id = input.headers[values: .requestID].first.flatMap(harmless) ?? UUID.random().uuidString.lowercased()
        var context = context
        context.logger[metadataKey: "request_id"] = "\(id)"
        var response = try await next(input, context)
        response.headers[.requestID] = id
        return response
    }

    private func harmless(_ id: String) -> String? {
        let isPlain = id.utf8.allSatisfy {
            (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 || $0 == 95
        }
        return (1...64).contains(id.utf8.count) && isPlain ? id : nil
    }
}

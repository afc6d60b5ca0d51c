import Hummingbird
import Logging

/// Writes one line a request: the route's template, not the path, so that neither ids nor tokens are in it (I11).
struct AccessLog: RouterMiddleware {
    typealias Context = APIContext

    func handle(_ input: Request, context: APIContext, next: (Request, APIContext) async throws -> Response) async throws -> Response {
        let begin = ContinuousClock.now
        let response = try await next(input, context)
        let isProbe = context.trace.route?.hasPrefix("/health/") == true
        let level: Logger.Level = isProbe ? .debug : .info
        guard context.logger.logLevel <= level else { return response }
        let milliseconds = Int((ContinuousClock.now - begin) / .milliseconds(1))
        var metadata: Logger.Metadata = [
            "method": "\(input.method.rawValue)", "route": "\(context.trace.route ?? "none")", "status": "\(response.status.code)",
            "duration_ms": "\(milliseconds)", "origin": "\(context.caller)",
        ]
        if let who = context.trace.who { metadata["who"] = "\(who)" }
        context.logger.log(level: level, "request", metadata: metadata)
        return response
    }
}

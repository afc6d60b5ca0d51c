import Hummingbird
import Logging
import Scheduler

/// Turns whatever was thrown into a JSON body with an errcode, so that no answer is without one.
struct ErrorBodies: RouterMiddleware {
    typealias Context = APIContext

    /// A database that is away must not fill the log with a line for each request.
    private let paced = PacedLines()

    func handle(_ input: Request, context: APIContext, next: (Request, APIContext) async throws -> Response) async throws -> Response {
        do {
            let response = try await next(input, context)
            return input.method == .head ? response.createHeadResponse() : response
        } catch {
            let response = describe(error, logger: context.logger).reply.response
            return input.method == .head ? response.createHeadResponse() : response
        }
    }

    private func describe(_ error: any Error, logger: Logger) -> APIError {
        switch error {
        case let error as APIError:
            return error
        case let error as SchedulerError:
            let answer = APIError(error)
            if answer.status.code >= 500, let untold = paced.untold(of: error.code.rawValue) {
                logger.error(
                    "the scheduler could not answer",
                    metadata: ["code": "\(error.code.rawValue)", "error": "\(error.message)", "untold": "\(untold)"])
            }
            return answer
        case let error as any HTTPResponseError:
            return APIError(error.status, "M_UNKNOWN", error.status.reasonPhrase)
        case is CancellationError:
            return .unavailable("This process is stopping; send the request again.")
        default:
            // The type only: what an unknown error says of itself may hold anything (I11).
            logger.error("a request failed", metadata: ["error_type": "\(type(of: error))"])
            return .internalError
        }
    }
}

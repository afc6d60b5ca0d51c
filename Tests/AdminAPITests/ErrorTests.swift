import AsyncHTTPClient
import Scheduler
import Testing

@testable import AdminAPI

@Suite(.timeLimit(.minutes(1))) struct ErrorTests {
    private static let statuses: [(SchedulerError.Code, Int, String)] = [
        (.invalidRequest, 400, "M_INVALID_PARAM"), (.unknownAction, 400, "M_INVALID_PARAM"),
        (.tooLarge, 413, "M_TOO_LARGE"),
        (.noHandler, 503, "M_MUSTER_NO_HANDLER"), (.idempotencyConflict, 409, "M_MUSTER_IDEMPOTENCY_CONFLICT"),
        (.databaseUnavailable, 503, "M_MUSTER_UNAVAILABLE"), (.databaseTimeout, 503, "M_MUSTER_UNAVAILABLE"),
        (.schemaVersion, 503, "M_MUSTER_UNAVAILABLE"), (.database, 500, "M_UNKNOWN"),
        (.claimLost, 500, "M_UNKNOWN"), (.configuration, 500, "M_UNKNOWN"), (.rollCall, 500, "M_UNKNOWN"),
        (.duplicateInstance, 500, "M_UNKNOWN"),
    ]

    @Test(arguments: statuses)
    func `every error of the scheduler has its status`(code: SchedulerError.Code, status: Int, errcode: String) {
        let error = APIError(SchedulerError(code, "What and why.", field: nil, processes: ["w1"]))
        #expect(error.status.code == status)
        #expect(error.errcode == errcode)
        let said =
            switch code {
            case .databaseUnavailable: "The database cannot be used now; try again in a few seconds."
            case .databaseTimeout: "The database took too long; try again in a few seconds."
            default: "What and why."
            }
        #expect(error.message == (status == 500 ? "Internal server error" : said))  // I11
    }

    @Test func `an uncovered action names the processes that lack the handler`() {
        let reply = APIError(SchedulerError(.noHandler, "Nobody can.", processes: ["main", "w1"])).reply
        #expect(reply.body == ["errcode": "M_MUSTER_NO_HANDLER", "error": "Nobody can.", "processes": .array(["main", "w1"])])
        #expect(reply.headers[.retryAfter] == "30")
    }

    @Test func `a field at fault is named`() {
        let reply = APIError(SchedulerError(.invalidRequest, "limit must not be negative", field: "limit")).reply
        #expect(reply.body == ["errcode": "M_INVALID_PARAM", "error": "limit must not be negative", "field": "limit"])
    }

    @Test func `a body that is not JSON, or no object, is told apart`() async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            for path in ["/_synapse/admin/v1/user/@u:h/redact", "/_muster/v1/tasks"] {
                for body in ["", "{", "nope"] {
                    let answer = try await api.post(path, body)
                    #expect(answer.status == 400)
                    #expect(answer.errcode == "M_NOT_JSON")
                    #expect(answer.error == "Content not JSON.")
                }
                let answer = try await api.post(path, "[1]")
                #expect(answer.status == 400)
                #expect(answer.errcode == "M_BAD_JSON")
                #expect(answer.error == "Content must be a JSON object.")
            }
            for version in ["v1", "v2"] {
                #expect(try await api.delete("/_synapse/admin/\(version)/rooms/!r:h").errcode == "M_NOT_JSON")
            }
        }
    }

    @Test func `a body over the limit is 413, before it is parsed`() async throws {  // I9
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let answer = try await api.post("/_muster/v1/tasks", String(repeating: "x", count: 1_048_577))
            #expect(answer.status == 413)
            #expect(answer.errcode == "M_TOO_LARGE")
            #expect(try await api.post("/_muster/v1/tasks", String(repeating: " ", count: 1_048_576)).errcode == "M_NOT_JSON")
        }
    }

    @Test func `work over its time limit is cancelled and answered 504`() async throws {  // I9
        let error = await #expect(throws: APIError.self) {
            try await TimeLimit.run(within: .milliseconds(10)) {
                for await _ in AsyncStream<Void>.makeStream().stream {}
            }
        }
        #expect(error?.status == .gatewayTimeout)
        #expect(error?.errcode == "M_MUSTER_TIMEOUT")
    }

    @Test func `work over its time limit on an event loop is cancelled and answered 504`() async throws {  // I9
        let loop = HTTPClient.defaultEventLoopGroup.any()
        let error = await #expect(throws: APIError.self) {
            try await TimeLimit.run(within: .milliseconds(10), on: loop) {
                for await _ in AsyncStream<Void>.makeStream().stream {}
            }
        }
        #expect(error?.errcode == "M_MUSTER_TIMEOUT")
        #expect(try await TimeLimit.run(within: .seconds(60), on: loop) { 7 } == 7)
    }

    @Test func `work on an event loop is cancelled with its caller, and its error passed on`() async throws {
        let loop = HTTPClient.defaultEventLoopGroup.any()
        let (began, begin) = AsyncStream<Void>.makeStream()
        let caller = Task {
            try await TimeLimit.run(within: .seconds(60), on: loop) {
                begin.finish()
                for await _ in AsyncStream<Void>.makeStream().stream {}
                try Task.checkCancellation()
            }
        }
        for await _ in began {}
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
    }
}

import Foundation
import Logging
import Testing

@testable import Scheduler

/// Params that an older build took and stored.
struct StoredParamsTests {
    private enum Mow: Action {
        struct Params: Codable, Sendable { var height: Int }
        static let name: ActionName = "mow"
        static let summary = "Mow"
        static let defaults = ActionDefaults()
    }

    private struct Mower: Handler {
        typealias HandledAction = Mow
        func run(_ params: Mow.Params, in context: HandlerContext) async throws -> Outcome { .complete(JSONBytes("\(params.height)")) }
    }

    @Test func `stored params in which a key stands twice are read as before, not parked`() async throws {  // I3
        var handlers = HandlerRegistry()
        try handlers.register(Mower())
        let context = HandlerContext(
            taskID: TaskID(rawValue: 1), action: Mow.name, attempt: 1, resourceID: nil, requestedBy: nil, createdAt: Date(), deadline: nil,
            logger: Logger(label: "handlers-test"), state: InMemoryTask())
        let entry = try #require(handlers.entries[Mow.name])
        let outcome = try await entry.run(JSONBytes(#"{"height":1,"height":1,"colour":"green"}"#), context)
        #expect(outcome.isComplete)
        await #expect(throws: UndecodableParams.self) { try await entry.run(JSONBytes(#"{"colour":"green"}"#), context) }
    }
}

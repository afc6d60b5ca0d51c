import Foundation
import Postgres
import Scheduler
import SchedulerTesting
import Testing

/// The time that a handler goes by.
@Suite(.timeLimit(.minutes(2)))
struct DatabaseTimeTests {
    private struct Watch: Handler {
        typealias HandledAction = Probe
        func run(_ params: ProbeParams, in context: HandlerContext) async throws -> Outcome {
            try .complete(["now": context.now().timeIntervalSince1970])
        }
    }

    @Test func `handlers see the database's time, and follow when it is set`() async throws {  // I6
        try await withMusterDatabase { database in
            let scheduler = try database.scheduler(actions: [ActionDefinition(Probe.self)])
            var handlers = HandlerRegistry()
            try handlers.register(Watch())
            func move(_ change: String) async throws {
                try await database.client.withConnection { connection in
                    try await connection.script(
                        "CREATE OR REPLACE FUNCTION muster.clock() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT now() \(change) $$")
                }
            }
            func shift() async throws -> Double {
                let id = try await scheduler.submit(TaskRequest(Probe.self, ProbeParams())).id
                let result = try #require(try await scheduler.wait(for: id, status: .complete).result)
                return try #require(try result.decode([String: Double].self)["now"]) - Date().timeIntervalSince1970
            }
            // Seen from here the process's clock is 100 days ahead.
            let hundredDays = -100 * 86_400.0
            try await move("- interval '100 days'")
            try await database.withWorker(scheduler, handlers: handlers) { _ in
                #expect(abs(try await shift() - hundredDays) < 60)
                try await move("- interval '200 days'")
                try await eventually("the next heartbeat's time") { try await abs(shift() - 2 * hundredDays) < 60 }
            }
        }
    }
}

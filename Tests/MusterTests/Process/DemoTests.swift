import Foundation
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(3))) struct `The demo` {
    @Test func `both tasks end complete on the worker, and the homeserver agrees`() async throws {
        let answer = try await MusterBinary.run(["demo", "--exit", "--json"], within: .seconds(120))
        #expect(answer.status == 0, "\(answer.error)")
        let report = try JSONDecoder().decode(JSONValue.self, from: Data(answer.output.utf8))
        #expect(report["ok"] == .bool(true) && report["sandbox"] == .bool(true))
        let tasks = try #require(report["tasks"]?.elements)
        #expect(tasks.map { $0["action"] } == [.string("redact_all_events"), .string("purge_history")])
        #expect(tasks.allSatisfy { $0["status"] == .string("complete") && $0["instance"] == .string("background_worker") })
        #expect(report["verification"]?["redacted"] == .integer(300))
    }
}

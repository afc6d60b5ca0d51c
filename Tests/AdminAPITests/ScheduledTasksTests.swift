import HTTPTypes
import Testing

@testable import AdminAPI

/// Synapse's list of tasks.
@Suite(.timeLimit(.minutes(2))) struct ScheduledTasksTests {
    private let path = "/_synapse/admin/v1/scheduled_tasks"

    private func ids(_ answer: TestAPI.Answer) -> [JSONValue] {
        guard case .array(let tasks) = answer["scheduled_tasks"] else { return [] }
        return tasks.compactMap { $0.members?["id"] }
    }

    @Test func `tasks are listed with Synapse's keys, filtered and in order of time`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            let first = try #require(try await api.post("/_synapse/admin/v1/user/@a:h/redact", #"{"rooms":[]}"#).text("redact_id"))
            let second = try #require(try await api.delete("/_synapse/admin/v2/rooms/!r:h", "{}").text("delete_id"))
            try await process.end(try await process.claim(), .failed, error: "No.")
            let all = try await api.get(path)
            #expect(all.status == 200)
            #expect(ids(all) == [.string(second), .string(first)])
            guard case .array(let tasks) = all["scheduled_tasks"], let failed = tasks.last?.members else {
                Issue.record("no tasks")
                return
            }
            #expect(
                Set(failed.keys)
                    .isSuperset(of: ["id", "action", "status", "timestamp_ms", "resource_id", "result", "error"]))
            #expect(failed["action"] == "redact_all_events")
            #expect(failed["status"] == "failed")
            #expect(failed["resource_id"] == "@a:h")
            #expect(failed["result"] == .null)
            #expect(failed["error"] == "No.")
            #expect(failed["params"] == nil)
            guard case .integer(let timestamp) = failed["timestamp_ms"] else {
                Issue.record("no timestamp")
                return
            }
            for (query, expected) in [
                ("status=failed", [first]), ("job_status=failed", [first]), ("status=scheduled&status=failed", [second, first]),
                ("status=scheduled", [second]), ("status=active", []), ("action_name=shutdown_and_purge_room", [second]),
                ("action_name=nothing_known", []), ("action_name=Not%20valid", []), ("action_name=", [second, first]),
                ("resource_id=%40a%3Ah", [first]), ("resource_id=@a:h", [first]), ("resource_id=%00", []),
                ("resource_id=", [second, first]),
                ("max_timestamp=0", []), ("max_timestamp=\(timestamp)", [second, first]), ("max_timestamp=\(timestamp - 1)", [second]),
                ("max_timestamp=9223372036854775807", [second, first]), ("unknown=1", [second, first]),
            ] {
                let answer = try await api.get("\(path)?\(query)")
                #expect(answer.status == 200, "\(query)")
                #expect(ids(answer) == expected.map { .string($0) }, "\(query)")
            }
        }
    }

    @Test func `every task is shown with one of the four words that Synapse's list has, and with Muster's own`() async throws {
        try await TestAPI.withDatabase { (api, process) async throws in
            func submit(_ user: String) async throws -> String {
                let answer = try await api.post("/_synapse/admin/v1/user/@\(user):h/redact", #"{"rooms":[]}"#)
                return try #require(answer.text("redact_id"))
            }
            let complete = try await submit("a")
            try await process.end(try await process.claim(), .complete)
            let failed = try await submit("b")
            try await process.end(try await process.claim(), .failed, error: "No.")
            let active = try await submit("c")
            _ = try await process.claim()
            let cancelled = try await submit("d")
            _ = try await api.post("/_muster/v1/tasks/\(cancelled)/cancel")
            let scheduled = try await submit("e")
            guard case .array(let tasks) = try await api.get(path)["scheduled_tasks"] else {
                Issue.record("no tasks")
                return
            }
            var shown: [JSONValue: [JSONValue?]] = [:]
            for task in tasks.compactMap(\.members) { shown[task["id"] ?? .null] = [task["status"], task["muster_status"]] }
            #expect(
                shown == [
                    .string(complete): ["complete", "complete"], .string(failed): ["failed", "failed"],
                    .string(active): ["active", "active"], .string(cancelled): ["failed", "cancelled"],
                    .string(scheduled): ["scheduled", "scheduled"],
                ])
            #expect(Set(ids(try await api.get("\(path)?status=failed"))) == [.string(failed), .string(cancelled)])
            #expect(ids(try await api.get("\(path)?status=cancelled")).isEmpty)
        }
    }

    @Test(arguments: [
        "status=done", "status=", "status=parked", "job_status=x", "max_timestamp=x", "max_timestamp=-1", "max_timestamp=1.5",
        "max_timestamp=",
    ])
    func `a bad filter is 400, not 500`(query: String) async throws {
        try await TestAPI.withoutDatabase { (api: TestAPI) async throws in
            let answer = try await api.get("\(path)?\(query)")
            #expect(answer.status == 400)
            #expect(answer.errcode == "M_INVALID_PARAM")
        }
    }

    @Test func `a GET with a body is answered, and the next request on the connection too`() async throws {
        try await TestAPI.withDatabase { (api, _) async throws in
            for _ in 0..<2 {
                let answer = try await api.send(.get, path, token: TestAPI.viewer, "{}", headers: [.contentType: "application/json"])
                #expect(answer.status == 200)
                #expect(answer.json == ["scheduled_tasks": .array([])])
            }
        }
    }
}

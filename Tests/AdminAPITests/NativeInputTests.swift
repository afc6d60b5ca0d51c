import Foundation
import Scheduler
import Testing

@testable import AdminAPI

/// What the native routes make of their input.
@Suite struct NativeInputTests {
    private func field(_ work: () throws -> Void) -> String? {
        do {
            try work()
            return nil
        } catch {
            let error = error as? APIError
            return error?.status == .badRequest ? error?.field ?? "none" : "not 400"
        }
    }

    @Test func `filters and paging are read`() throws {
        let items = QueryItems(
            "status=parked&status=failed&action=purge_history&resource_id=%21r%3Ah&after=17&limit=1000&order=oldest&access_token=x")
        let query = try TaskReading.query(items)
        #expect(query.statuses == [.parked, .failed])
        #expect(query.action == "purge_history")
        #expect(query.resourceID == "!r:h")
        #expect(query.after == TaskID(rawValue: 17))
        #expect(query.limit == 1000)
        #expect(query.oldestFirst)
        let standard = try TaskReading.query(QueryItems(nil))
        #expect(standard.limit == 100)
        #expect(!standard.oldestFirst)
    }

    @Test(arguments: [
        ("status=done", "status"), ("status=", "status"), ("action=Nope", "action"), ("resource_id=", "resource_id"),
        ("resource_id=%00", "resource_id"),
        ("after=x", "after"), ("after=-1", "after"), ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=ten", "limit"),
        ("order=up", "order"),
        ("limit=1&limit=2", "limit"), ("stauts=failed", "stauts"),
    ])
    func `a bad query is refused and the parameter named`(query: String, name: String) {
        #expect(field { _ = try TaskReading.query(QueryItems(query)) } == name)
    }

    @Test func `an unknown query parameter is told the nearest one`() {
        let error = #expect(throws: APIError.self) { try QueryItems("resource=x").allow(only: ["action", "limit", "resource_id"]) }
        #expect(error?.message.contains("'resource_id'") == true)
        #expect(throws: APIError.self) { try QueryItems("x=1").allow(only: []) }
    }

    @Test func `a submission is read`() throws {
        let body = #"""
            {"action":"purge_history","params":{"room_id":"!r:h","n":1.50},"resource_id":"!r:h","priority":0,
             "run_at":"2026-11-21T10:30:00.250+01:00","max_attempts":3}
            """#
        let request = try TaskSubmission.request(try #require(try JSONParser.parse(Array(body.utf8)).members))
        #expect(request.action == "purge_history")
        #expect(String(decoding: request.params.utf8, as: UTF8.self) == #"{"n":1.50,"room_id":"!r:h"}"#)
        #expect(request.resourceID == "!r:h")
        #expect(request.priority == .first)
        #expect(request.maxAttempts == 3)
        #expect(request.runAt.map(ISOTime.text) == "2026-11-21T09:30:00.250Z")
    }

    @Test(arguments: [
        ("{}", "action"), (#"{"action":1}"#, "action"), (#"{"action":"a","params":[]}"#, "params"),
        (#"{"action":"a","params":null}"#, "params"),
        (#"{"action":"a","resource_id":1}"#, "resource_id"), (#"{"action":"a","priority":10}"#, "priority"),
        (#"{"action":"a","priority":"5"}"#, "priority"), (#"{"action":"a","priority":99999999}"#, "priority"),
        (#"{"action":"a","run_at":5}"#, "run_at"), (#"{"action":"a","run_at":"tomorrow"}"#, "run_at"),
        (#"{"action":"a","run_at":"2026-11-21T10:30:00"}"#, "run_at"), (#"{"action":"a","max_attempts":0}"#, "max_attempts"),
        (#"{"action":"a","prams":{}}"#, "prams"),
    ])
    func `a bad submission is refused and the key named`(body: String, key: String) throws {
        let members = try #require(try JSONParser.parse(Array(body.utf8)).members)
        #expect(field { _ = try TaskSubmission.request(members) } == key)
    }

    @Test(arguments: [
        (1_763_717_400.0, "2025-11-21T09:30:00.000Z"), (1_763_717_400.123, "2025-11-21T09:30:00.123Z"),
        (1_763_717_400.999_6, "2025-11-21T09:30:01.000Z"), (0.001, "1970-01-01T00:00:00.001Z"),
    ])
    func `times have milliseconds, rounded`(seconds: Double, text: String) {
        #expect(ISOTime.text(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test func `a query for Synapse's list finds what is shown under its words`() throws {
        let found = try ScheduledTasks.statuses(QueryItems("status=scheduled&status=failed"))
        #expect(found.map(Set.init) == [.scheduled, .parked, .failed, .cancelled])
        let none = try ScheduledTasks.statuses(QueryItems("status=cancelled"))
        #expect(none == [])
        #expect(try ScheduledTasks.statuses(QueryItems("job_status=active")) == [.active])
        #expect(try ScheduledTasks.statuses(QueryItems("status=active&job_status=failed")) == [.active])
        #expect(try ScheduledTasks.statuses(QueryItems("")) == nil)
        let error = #expect(throws: APIError.self) { try ScheduledTasks.statuses(QueryItems("status=parked")) }
        #expect(error?.errcode == "M_INVALID_PARAM")
    }
}

import Foundation
import Testing

@testable import Scheduler

/// What is said of a request before the database is asked anything.
struct RequestCheckTests {
    enum Mow: Action {
        struct Params: Codable, Sendable {
            var height: Int
            var lawns: [String]?
        }
        static let name: ActionName = "mow"
        static let summary = "Mows"
        static let defaults = ActionDefaults(uniqueByResource: true)
        static func validate(_ params: Params) throws {
            guard params.height > 0 else { throw InvalidParams(field: "height", problem: "must be above 0") }
        }
    }

    private func check(_ change: (inout TaskRequest) -> Void) throws {
        var settings = SchedulerSettings()
        settings.maximumParamsBytes = 200
        let catalogue = try Catalogue([ActionDefinition(Mow.self), ActionDefinition(Sweep.self)])
        var request = TaskRequest(action: "mow", params: JSONBytes("{\"height\":4}"), resourceID: "garden")
        change(&request)
        _ = try RequestCheck(catalogue: catalogue, settings: settings).validate(request)
    }

    private func refusal(_ change: (inout TaskRequest) -> Void) -> SchedulerError? {
        #expect(throws: SchedulerError.self) { try check(change) }
    }

    @Test func `the plain request passes, and so do values at their limits`() throws {
        try check { _ in }
        try check { $0.resourceID = String(repeating: "r", count: 1024) }
        try check { $0.idempotencyKey = String(repeating: "k", count: 255) }
        try check { $0.requestedBy = "" }
        for attempts in [1, 1000] { try check { $0.maxAttempts = attempts } }
        try check { $0.runAt = Date(timeIntervalSince1970: 0) }
        try check { $0.params = JSONBytes("{\"height\":1,\"lawns\":[\"\(String(repeating: "x", count: 173))\"]}") }
        try check { $0 = TaskRequest(action: "sweep") }
    }

    @Test func `params with a key twice are refused, and the key is named`() {
        for params in ["{\"height\":1,\"height\":2}", "{\"height\":1,\"h\\u0065ight\":2}"] {
            let error = refusal { $0.params = JSONBytes(params) }
            #expect(error?.code == .invalidRequest && error?.field == "params" && error?.message.contains("'height'") == true)
        }
    }

    @Test func `an unknown action is named`() {
        let error = refusal { $0.action = "mowe" }
        #expect(error?.code == .unknownAction)
        #expect(error?.field == "action")
        #expect(error?.message.contains("mowe") == true)
    }

    @Test func `params above the limit are too large, and the message has both numbers`() {  // I9
        let error = refusal { $0.params = JSONBytes("{\"height\":1,\"x\":\"\(String(repeating: "y", count: 300))\"}") }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("200") == true)
        #expect(error?.message.contains("yyy") == false)  // I11
    }

    @Test(arguments: [
        ("", "params"), ("[]", "params"), ("{", "params"), ("{}", "params.height"), ("{\"height\":\"secret\"}", "params.height"),
        ("{\"height\":null}", "params.height"), ("{\"height\":1.5}", "params"), ("{\"height\":0}", "params.height"),
        ("{\"height\":1,\"lawns\":[\"a\",2]}", "params.lawns.[1]"),
    ])
    func `params that cannot be read name their field and not their value`(params: String, field: String) {  // I11
        let error = refusal { $0.params = JSONBytes(params) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.field == field)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: ["", "a\0b", String(repeating: "x", count: 1025), String(repeating: "é", count: 513)])
    func `texts that the store cannot hold are refused by field`(text: String) {  // I9
        #expect(refusal { $0.resourceID = text }?.field == "resource_id")
        #expect(refusal { $0.idempotencyKey = text }?.field == "idempotency_key")
        if !text.isEmpty { #expect(refusal { $0.requestedBy = text }?.field == "requested_by") }
    }

    @Test(arguments: [0, -1, 1001, Int.max, Int.min])
    func `attempts are 1 to 1,000`(attempts: Int) {
        #expect(refusal { $0.maxAttempts = attempts }?.field == "max_attempts")
    }

    @Test(arguments: [32_503_680_000, .infinity, -.infinity, .nan, 1e300])
    func `a time that PostgreSQL could not hold, or nobody will see, is refused`(time: Double) {
        #expect(refusal { $0.runAt = Date(timeIntervalSince1970: time) }?.field == "run_at")
    }

    @Test func `an action that is unique by resource needs a resource`() {
        let error = refusal { $0.resourceID = nil }
        #expect(error?.field == "resource_id")
        #expect(error?.message.contains("mow") == true)
    }

    @Test func `the digest tells requests apart by action, resource and params, and by nothing else`() {
        let request = TaskRequest(action: "mow", params: JSONBytes("{\"height\":1}"), resourceID: "a")
        let own = digest(request)
        #expect(own.count == 32)
        var others: [TaskRequest] = [request, request, request, request]
        others[0].action = "sweep"
        others[1].resourceID = "b"
        others[2].params = JSONBytes("{\"height\":2}")
        others[3].resourceID = nil
        for other in others { #expect(digest(other) != own) }
        var same = request
        same.priority = .first
        same.requestedBy = "@admin:test"
        same.idempotencyKey = "k"
        #expect(digest(same) == own)
    }

    @Test func `parts of a request cannot be moved between its fields unseen`() {
        let one = TaskRequest(action: "ab", params: JSONBytes("{}"), resourceID: "c")
        let two = TaskRequest(action: "a", params: JSONBytes("{}"), resourceID: "bc")
        #expect(digest(one) != digest(two))
    }

    private func digest(_ request: TaskRequest) -> [UInt8] { RequestCheck.digest(request, resourceID: request.resourceID) }
}

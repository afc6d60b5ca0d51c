import AsyncHTTPClient
import Foundation
import SchedulerTesting
import Synchronization
import Testing

/// What the web interfaces for Synapse's admins send, as read in their sources: Ketesa (formerly etke.cc's synapse-admin) and
/// Awesome Technologies' synapse-admin.
@Suite(.serialized, .timeLimit(.minutes(5))) struct WebClientTests {
    private static let ketesa: [RecordedRequest] = [
        .init(
            "POST", { place, _ in "/_synapse/admin/v1/user/\(encodedByBrowser(place.user.id))/redact" }, body: { _ in #"{"rooms":[]}"# },
            reads: ["redact_id"], saves: "redact_id"),
        .init(
            "GET", { _, ids in "/_synapse/admin/v1/user/redact_status/\(ids["redact_id"] ?? "")" }, reads: ["status", "failed_redactions"],
            until: "complete"),
        .init(
            "POST", { place, _ in "/_synapse/admin/v1/purge_history/\(encodedByBrowser(place.rooms[1]))" },
            body: { _ in #"{"purge_up_to_ts":\#(Int(Date().timeIntervalSince1970 * 1000)),"delete_local_events":true}"# },
            reads: ["purge_id"], saves: "purge_id"),
        .init(
            "GET", { _, ids in "/_synapse/admin/v1/purge_history_status/\(ids["purge_id"] ?? "")" }, reads: ["status", "error"],
            until: "complete"),
        .init(
            "POST", { place, _ in "/_synapse/admin/v1/purge_history/\(encodedByBrowser(place.rooms[1]))" },
            body: { _ in #"{"purge_up_to_ts":1,"delete_local_events":false}"# }, reads: ["error", "errcode"]),
        .init("GET", { _, _ in "/_synapse/admin/v1/purge_history_status/unknown" }, reads: ["error", "errcode"]),
        .init(
            "DELETE", { place, _ in "/_synapse/admin/v2/rooms/\(encodedByBrowser(place.rooms[2]))" },
            body: { _ in #"{"block":false,"purge":true,"force_purge":false}"# }, reads: ["delete_id"], saves: "delete_id"),
        .init(
            "GET", { _, ids in "/_synapse/admin/v2/rooms/delete_status/\(ids["delete_id"] ?? "")" }, reads: ["status", "error"],
            until: "complete"),
        .init("DELETE", { _, _ in "/_synapse/admin/v2/rooms/nonsense" }, body: { _ in "{}" }, reads: ["error", "errcode"]),
        .init(
            "GET",
            { place, _ in
                "/_synapse/admin/v1/scheduled_tasks?resource_id=\(encodedByBrowser(place.rooms[2]))&status=complete&from=0&limit=50"
                    + "&order_by=timestamp_ms&dir=b"
            }, reads: ["scheduled_tasks"]),
    ]

    /// Names the room without escapes, and asks once.
    private static let synapseAdmin: [RecordedRequest] = [
        .init(
            "DELETE", { place, _ in "/_synapse/admin/v2/rooms/\(place.rooms[3])" }, body: { _ in #"{"block":false}"# }, reads: ["delete_id"]
        )
    ]

    /// As a browser sends it, from another origin.
    private static let browser: RecordedSending = { method, url, body in
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        request.headers = [
            "Accept": "application/json", "Origin": "https://admin.example.org", "Authorization": "Bearer \(token.withLock { $0 })",
        ]
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(Array(body.utf8))
        }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        #expect(answer.headers["access-control-allow-origin"] == ["*"], "\(method) \(url)")
        let type = answer.headers["content-type"].first.map { String($0.prefix { $0 != ";" }) } ?? ""
        return (Int(answer.status.code), type, Data(try await answer.body.collect(upTo: 1 << 24).readableBytesView))
    }

    private static let token = Mutex("")

    private func compare(_ url: String, _ synapse: RealSynapse) async throws {
        Self.token.withLock { $0 = synapse.adminToken }
        for requests in [Self.ketesa, Self.synapseAdmin] {
            let theirs = try await requests.replay(on: synapse.url, .make(on: synapse.client), Self.browser)
            let ours = try await requests.replay(on: url, .make(on: synapse.client), Self.browser)
            for (expected, found) in zip(theirs, ours) { #expect(found == expected) }
        }
        var preflight = HTTPClientRequest(url: url + "/_synapse/admin/v2/rooms/!a:b")
        preflight.method = .OPTIONS
        preflight.headers = [
            "Origin": "https://admin.example.org", "Access-Control-Request-Method": "DELETE",
            "Access-Control-Request-Headers": "authorization,content-type",
        ]
        let answer = try await HTTPClient.shared.execute(preflight, timeout: .seconds(20))
        #expect((200...204).contains(answer.status.code) && answer.headers["access-control-allow-methods"].joined().contains("DELETE"))
        #expect(answer.headers["access-control-allow-headers"].joined().lowercased().contains("authorization"))
    }

    @Test(arguments: FrontDoor.allCases)
    func `each request is answered with what the client reads`(_ door: FrontDoor) async throws {
        try await door.with { url, synapse in try await compare(url, synapse) }
    }

    @Test func `also by Muster alone`() async throws {
        let synapse = try await RealSynapse.shared()
        try await withMusterFleet(on: .init(synapse)) { fleet in
            try await fleet.start("background_worker")
            try await compare(try await fleet.startMain().url, synapse)
        }
    }
}

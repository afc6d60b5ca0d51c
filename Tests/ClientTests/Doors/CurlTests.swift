import Foundation
import SchedulerTesting
import Subprocess
import Testing

/// The examples of Synapse's documentation, sent by curl as they stand there.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CurlTests {
    private static let examples: [RecordedRequest] = [
        .init(
            "POST", { place, _ in "/_synapse/admin/v1/user/\(place.user.id)/redact" },
            body: { #"{"rooms": ["\#($0.rooms[0])", "\#($0.rooms[2])"]}"# }, reads: ["redact_id"], saves: "redact_id"),
        .init(
            "GET", { _, ids in "/_synapse/admin/v1/user/redact_status/\(ids["redact_id"] ?? "")" }, reads: ["status", "failed_redactions"],
            until: "complete"),
        // The script that Synapse ships says "true" as a string, and curl calls it a form.
        .init(
            "POST", { place, _ in "/_synapse/admin/v1/purge_history/\(place.rooms[1])/\(place.event)" },
            body: { _ in #"{"delete_local_events":"true"}"# }, reads: ["purge_id"], saves: "purge_id"),
        .init(
            "GET", { _, ids in "/_synapse/admin/v1/purge_history_status/\(ids["purge_id"] ?? "")" }, reads: ["status"], until: "complete"),
        .init(
            "POST", { place, _ in "/_synapse/admin/v1/purge_history/\(place.rooms[1])" },
            body: { #"{"purge_up_to_event_id": "\#($0.event)"}"# }, reads: ["purge_id"]),
        .init(
            "DELETE", { place, _ in "/_synapse/admin/v2/rooms/\(place.rooms[2])" },
            body: {
                #"""
                {
                    "new_room_user_id": "\#($0.user.id)",
                    "room_name": "Content Violation Notification",
                    "message": "Bad Room has been shutdown due to content violations on this server. Please review our Terms of Service.",
                    "block": true,
                    "purge": true
                }
                """#
            }, reads: ["delete_id"], saves: "delete_id"),
        .init(
            "GET", { _, ids in "/_synapse/admin/v2/rooms/delete_status/\(ids["delete_id"] ?? "")" }, reads: ["status", "shutdown_room"],
            until: "complete"),
        .init("GET", { place, _ in "/_synapse/admin/v2/rooms/\(place.rooms[2])/delete_status" }, reads: ["results"]),
        .init(
            "DELETE", { place, _ in "/_synapse/admin/v1/rooms/\(place.rooms[3])" }, body: { _ in #"{"block": true, "purge": true}"# },
            reads: ["kicked_users", "failed_to_kick_users", "local_aliases", "new_room_id"]),
        .init("GET", { _, _ in "/_synapse/admin/v1/scheduled_tasks?status=complete&status=failed" }, reads: ["scheduled_tasks"]),
    ]

    /// - Throws: when curl itself fails.
    private static func curl(_ token: String) -> RecordedSending {
        { method, url, body in
            var arguments = [
                "-sS", "--globoff", "--header", "Authorization: Bearer \(token)", "-X", method, "-w", "\n%{http_code} %{content_type}",
            ]
            if let body { arguments += ["-d", body] }
            let result = try await Subprocess.run(
                .name("curl"), arguments: Arguments(arguments + [url]), input: .none, output: .string(limit: 1 << 22),
                error: .string(limit: 1 << 16))
            try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
            let output = result.standardOutput
            let end = try #require(output.lastIndex(of: "\n"))
            let told = output[output.index(after: end)...].split(separator: " ")
            let type = told.dropFirst().first.map { String($0.prefix { $0 != ";" }) } ?? ""
            return (Int(told.first ?? "") ?? 0, type, Data(output[..<end].utf8))
        }
    }

    @Test(arguments: FrontDoor.allCases)
    func `each example is answered as Synapse answers it`(_ door: FrontDoor) async throws {
        try await door.with { url, synapse in
            let send = Self.curl(synapse.adminToken)
            let theirs = try await Self.examples.replay(on: synapse.url, .make(on: synapse.client), send)
            let ours = try await Self.examples.replay(on: url, .make(on: synapse.client), send)
            for (expected, found) in zip(theirs, ours) { #expect(found == expected) }
        }
    }
}

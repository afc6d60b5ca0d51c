import Foundation
import HomeserverTasks
import SandboxHomeserver
import SchedulerTesting
import Testing

@testable import muster

/// What is written a little wrong is refused at both doors, and has done nothing.
@Suite(.timeLimit(.minutes(2))) struct `Params that say another thing than was meant` {
    private struct Wrong {
        var action: String
        var params: String
        /// What the refusal must say.
        var words: [String]
    }

    private static func wrong(_ spammer: String, _ room: String) -> [Wrong] {
        [
            // A rehearsal that is none.
            Wrong(
                action: "redact_all_events", params: #"{"user_id": "\#(spammer)", "dryrun": true}"#,
                words: ["dryrun", "'dry_run'"]),
            Wrong(action: "delete_rooms", params: #"{"rooms": ["\#(room)"], "dry_run": true}"#, words: ["dry_run"]),
            Wrong(
                action: "deactivate_user", params: #"{"user_id": "\#(spammer)", "dry_run": true}"#, words: ["dry_run"]),
            Wrong(
                action: "purge_history",
                params: #"{"room_id": "\#(room)", "purge_up_to_ts": 1700000000005, "dry_run": true}"#,
                words: ["dry_run"]),
            // Elements of lists, and values beside them.
            Wrong(
                action: "redact_all_events", params: #"{"user_id": "\#(spammer)", "rooms": ["\#(room)", "!\u0000:x"]}"#,
                words: ["rooms.[1]", "NUL"]),
            Wrong(
                action: "purge_history", params: #"{"room_id": "\#(room)", "purge_up_to_event_id": "$\u0000"}"#,
                words: ["purge_up_to_event_id", "NUL"]),
            // Seconds for milliseconds.
            Wrong(
                action: "redact_all_events", params: #"{"user_id": "\#(spammer)", "before_ts": 1700000000}"#,
                words: ["before_ts"]),
        ]
    }

    @Test func `are refused by the native API with 400 and by the command line with 64`() async throws {
        try await SandboxFleet.with { sandbox in
            try await sandbox.fleet.start("background_worker")
            let main = try await sandbox.fleet.startMain()
            let (spammer, room) = (sandbox.world.spam.spammer, sandbox.world.oldRoom)
            for wrong in Self.wrong(spammer, room) {
                let params = try JSONDecoder().decode(JSONValue.self, from: Data(wrong.params.utf8))
                let body: JSONValue = ["action": .string(wrong.action), "params": params]
                let reply = try await main.call("POST", "/_muster/v1/tasks", body)
                #expect(reply.status == 400, "\(wrong): \(reply.text)")
                for word in wrong.words { #expect(reply.text.contains(word), "\(wrong): \(reply.text)") }
            }
            // One of each kind: the rule is the same behind both doors.
            for wrong in Self.wrong(spammer, room).enumerated().filter({ [0, 1, 4].contains($0.offset) }).map(\.element) {
                let answer = try await MusterBinary.run(
                    ["tasks", "submit", wrong.action, "--params", wrong.params] + sandbox.fleet.sharedConfiguration)
                #expect(answer.code == 64 && answer.output.isEmpty, "\(wrong): \(answer)")
                for word in wrong.words { #expect(answer.error.contains(word), "\(wrong): \(answer)") }
            }
            let listed = try await MusterBinary.run(["tasks", "--all", "--json"] + sandbox.fleet.sharedConfiguration)
            let tasks = try JSONDecoder().decode(JSONValue.self, from: Data(listed.output.utf8))["tasks"]
            #expect(tasks?.elements?.isEmpty == true, "\(listed)")

            // Spelled right it is a rehearsal.
            let right = #"{"user_id": "\#(spammer)", "dry_run": true}"#
            let rehearsal = try await MusterBinary.run(
                ["tasks", "submit", "redact_all_events", "--json", "--params", right]
                    + sandbox.fleet.sharedConfiguration)
            let id = try #require(
                try JSONDecoder().decode(JSONValue.self, from: Data(rehearsal.output.utf8))["id"]?.text)
            #expect(try await main.ended(id).status == "complete")
            #expect(sandbox.redactions.allSatisfy { $0 == 0 } && sandbox.world.state.rooms.contains(room))
        }
    }
}

import Foundation
import HomeserverTasks
import SchedulerTesting
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(2))) struct `A watched task that could not do all` {
    private func watch(_ sandbox: SandboxFleet, _ action: String, _ params: String) async throws -> MusterBinary.Answer {
        try await MusterBinary.run(["tasks", "submit", action, "--watch", "--params", params] + sandbox.fleet.sharedConfiguration)
    }

    private func lastLine(_ text: String) -> Substring { text.split(separator: "\n").last ?? "" }

    @Test func `ends with a last line that says so, and not with 0`() async throws {
        try await SandboxFleet.with { sandbox in
            try await sandbox.fleet.start("background_worker")
            try await sandbox.fleet.start("main")
            let (state, spam) = (sandbox.world.state, sandbox.world.spam)
            let user = "\"user_id\": \"\(spam.spammer)\""

            let room = try await watch(sandbox, "redact_all_events", "{\(user), \"rooms\": [\"!nosuch:sandbox.test\"]}")
            #expect(room.code == 1 && lastLine(room.error).hasPrefix("not verified: In 1 room"), "\(room)")

            let nobody = try await watch(sandbox, "redact_all_events", "{\"user_id\": \"@nobody:\(state.serverName)\"}")
            #expect(nobody.code == 1 && lastLine(nobody.error).hasPrefix("not verified: The homeserver knows no such user"), "\(nobody)")

            try state.leave(spam.spammer, from: spam.rooms[0])
            let left = try await watch(sandbox, "redact_all_events", "{\(user)}")
            #expect(left.code == 1 && lastLine(left.error).contains("(1 room)"), "\(left)")
            #expect(left.error.contains("include_left_rooms"), "\(left)")
            let listed = try await MusterBinary.run(["tasks", "--all"] + sandbox.fleet.sharedConfiguration)
            #expect(listed.output.contains("not verified"), "\(listed)")

            let all = try await watch(sandbox, "redact_all_events", "{\(user), \"include_left_rooms\": true}")
            #expect(all.code == 0 && !all.error.contains("not verified"), "\(all)")
            #expect(sandbox.redactions.allSatisfy { $0 == 1 })

            let bulk = try await watch(sandbox, "redact_users", "{\"users\": [\"\(spam.spammer)\", \"@nobody:\(state.serverName)\"]}")
            #expect(bulk.code == 1 && lastLine(bulk.error).hasPrefix("not verified: "), "\(bulk)")
        }
    }

    @Test func `because events were refused is no success either`() async throws {
        try await SandboxFleet.with { sandbox in
            try await sandbox.fleet.start("background_worker")
            let main = try await sandbox.fleet.startMain()
            sandbox.world.state.faults.inject(.refusal(400, errcode: "M_UNKNOWN"), next: 10_000, method: "PUT", pathContaining: "/redact/")
            let answer = try await watch(sandbox, "redact_all_events", "{\"user_id\": \"\(sandbox.world.spam.spammer)\"}")
            #expect(answer.code == 1 && lastLine(answer.error).contains("could not be redacted"), "\(answer)")
            let id = answer.output.split(separator: "\n").first.map(String.init) ?? ""
            struct Status: Decodable {
                let status: String
                let verified: Bool
                let not_verified: [String]
            }
            let status: Status = try await main.require("GET", "/_synapse/admin/v1/user/redact_status/\(id)")
            #expect(status.status == "complete" && !status.verified && !status.not_verified.isEmpty, "\(status)")
        }
    }
}

extension RealStories {
    /// What an operator is told of a redact on a real Synapse.
    @Suite struct `A redact on the command line` {
        @Test func `of a user who has left ends with 1 and names the param, which then takes all`() async throws {
            let synapse = try await RealSynapse.shared()
            let spam = try await Spam.write(on: synapse, rooms: 3, messagesPerRoom: 5)
            let sticker = "/_matrix/client/v3/rooms/\(SynapseClient.encoded(spam.rooms[0]))/send/m.sticker/one"
            try await synapse.client.require("PUT", sticker, token: spam.spammer.token, body: ["body": "spam"])
            for room in spam.rooms { try await synapse.client.leave(room, as: spam.spammer) }
            try await withMusterFleet(on: .init(synapse)) { fleet in
                try await fleet.start("background_worker")
                try await fleet.start("main")
                func redact(_ more: String) async throws -> MusterBinary.Answer {
                    let params = "{\"user_id\": \"\(spam.spammer.id)\"\(more)}"
                    let command = ["tasks", "submit", "redact_all_events", "--watch", "--params", params]
                    return try await MusterBinary.run(command + fleet.sharedConfiguration)
                }
                let blind = try await redact("")
                let last = blind.error.split(separator: "\n").last ?? ""
                #expect(
                    blind.code == 1 && last.hasPrefix("not verified: ") && last.contains("(3 rooms)")
                        && last.contains("include_left_rooms"), "\(blind)")
                let all = try await redact(", \"include_left_rooms\": true")
                #expect(all.code == 0 && all.error.contains("m.room.member"), "\(all)")
                // What stays is said, and what would take it.
                #expect(all.error.contains("m.sticker") && all.error.contains("event_types"), "\(all)")
                #expect(try await spam.redacted() == spam.count)
            }
        }
    }
}

import Foundation
import SchedulerTesting
import Testing

/// synadm through each front door does what it does against Synapse itself.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SynadmTests {
    /// What one side's commands work on.
    private struct Place {
        let user: SynapseUser
        let rooms: [String]
        let message: String

        static func make(on client: SynapseClient) async throws -> Place {
            let user = try await client.makeUser("synadm")
            var rooms: [String] = []
            for _ in 0..<5 { rooms.append(try await client.createRoom(by: user)) }
            try await client.sendMessages(3, to: rooms[0], as: user, inFlight: 1)
            // Not the room of the redact: after its own redact Synapse's own purge fails there.
            let messages = try await client.sendMessages(3, to: rooms[1], as: user, inFlight: 1)
            return Place(user: user, rooms: rooms, message: messages[1])
        }
    }

    /// A command, and the key of its answer that the next commands need.
    private struct Command {
        let arguments: @Sendable (Place, [String: String]) -> [String]
        var saves: String?
        var until: String?

        init(saves: String? = nil, until: String? = nil, _ arguments: @escaping @Sendable (Place, [String: String]) -> [String]) {
            self.arguments = arguments
            self.saves = saves
            self.until = until
        }
    }

    /// Every command of synadm that reaches a path of Muster's, and some that must reach the homeserver.
    private static let commands: [Command] = [
        Command { _, _ in ["version"] },
        Command(saves: "redact_id") { place, _ in
            ["user", "redact", place.user.id, "--room", place.rooms[0], "--reason", "spam", "--limit", "100"]
        },
        Command(until: "complete") { _, ids in ["user", "redact-status", ids["redact_id"] ?? ""] },
        Command(saves: "purge_id") { place, _ in
            ["history", "purge", place.rooms[1], "--before-event-id", place.message, "--delete-local"]
        },
        Command(until: "complete") { _, ids in ["history", "purge-status", ids["purge_id"] ?? ""] },
        Command { place, _ in ["history", "purge", place.rooms[1], "--before-days", "3000"] },
        Command { place, _ in ["history", "purge", place.rooms[1], "--before-ts", "1"] },
        Command(saves: "delete_id") { place, _ in ["room", "delete", place.rooms[2], "--message", "gone"] },
        Command(until: "complete") { _, ids in ["room", "delete-status", "-d", ids["delete_id"] ?? ""] },
        Command { place, _ in ["room", "delete-status", "-r", place.rooms[2]] },
        Command { place, _ in ["room", "delete", "--v1", place.rooms[3]] },
        Command { place, _ in ["room", "details", place.rooms[0]] },
        Command { place, _ in ["room", "members", place.rooms[0]] },
        Command { place, _ in ["room", "block", place.rooms[4]] },
        Command { place, _ in ["room", "block-status", place.rooms[4]] },
        Command { place, _ in ["user", "membership", place.user.id] },
        Command { place, _ in ["user", "details", place.user.id] },
        Command { place, _ in
            ["raw", "-m", "get", "v1/scheduled_tasks?status=complete&resource_id=\(SynapseClient.encoded(place.user.id))"]
        },
    ]

    @Test(arguments: FrontDoor.allCases)
    func `each command ends alike, with the same fields`(_ door: FrontDoor) async throws {
        try await door.with { url, synapse in
            let folder = FileManager.default.temporaryDirectory.appending(path: "muster-synadm-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            func side(_ url: String) async throws -> [(arguments: [String], answer: Synadm.Answer)] {
                let synadm = try Synadm(folder: folder, url: url, token: synapse.adminToken, serverName: synapse.serverName)
                return try await Self.run(synadm, on: try await Place.make(on: synapse.client))
            }
            async let theirs = side(synapse.url)
            let ours = try await side(url)
            for (expected, found) in zip(try await theirs, ours) {
                let (command, answer) = found
                #expect(answer.code == 0 && expected.answer.code == 0, "\(command): \(answer)")
                #expect(!expected.answer.output.isEmpty && !answer.output.isEmpty, "\(command): \(answer)")
                #expect(expected.answer.fields.isSubset(of: answer.fields), "\(command): \(expected.answer.output) \(answer.output)")
                #expect(
                    answer.output.contains("errcode") == expected.answer.output.contains("errcode"),
                    "\(command): \(answer); Synapse says of itself: \(synapse.complaints())")
            }
        }
    }

    @Test func `rooms that everybody has left are deleted`() async throws {
        // Of its own: the command takes every such room of a homeserver.
        let synapse = try await RealSynapse.start(users: 0)
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-synadm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withMusterFleet(on: .init(synapse), resources: ["admin", "health", "proxy"]) { fleet in
            try await fleet.start("background_worker")
            let main = try await fleet.startMain()
            let user = try await synapse.client.makeUser("leaver")
            let kept = try await synapse.client.createRoom(by: user)
            var answers: [Synadm.Answer] = []
            for url in [synapse.url, main.url] {
                let room = try await synapse.client.createRoom(by: user)
                try await synapse.client.leave(room, as: user)
                // The list counts members a moment later.
                let synadm = try Synadm(folder: folder, url: url, token: synapse.adminToken, serverName: synapse.serverName)
                try await eventually("the empty room in the list") {
                    try await synadm.run(["room", "purge-empty", "--dry-run"]).output.contains(room)
                }
                let answer = try await synadm.run(["room", "purge-empty"])
                #expect(answer.code == 0 && answer.output.contains(room) && answer.output.contains("delete_id"), "\(answer)")
                try await eventually("the end of the room") { try await synapse.client.roomExists(room) == false }
                answers.append(answer)
            }
            #expect(answers[0].fields == answers[1].fields)
            #expect(try await synapse.client.roomExists(kept))
        }
        try await synapse.stop()
    }

    private static func run(_ synadm: Synadm, on place: Place) async throws -> [(arguments: [String], answer: Synadm.Answer)] {
        var ids: [String: String] = [:]
        var answers: [(arguments: [String], answer: Synadm.Answer)] = []
        for command in commands {
            let arguments = command.arguments(place, ids)
            var answer = try await synadm.run(arguments)
            if let word = command.until {
                try await eventually("\(arguments) saying \(word)", timeout: .seconds(100)) {
                    if answer.output.contains("\"\(word)\"") { return true }
                    answer = try await synadm.run(arguments)
                    return false
                }
            }
            if let key = command.saves {
                let members = answer.values.last as? [String: Any]
                ids[key] = members?[key] as? String
            }
            answers.append((arguments, answer))
        }
        return answers
    }
}

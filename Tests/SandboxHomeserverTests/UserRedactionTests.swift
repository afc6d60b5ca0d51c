import SandboxHomeserver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct UserRedactionTests {
    /// Asks for Synapse's own redaction and waits for the end.
    private func redact(_ bench: Bench, _ user: String, _ body: SandboxJSON) async throws -> SandboxJSON {
        let answer = try await bench.post("/_synapse/admin/v1/user/\(encoded(user))/redact", bench.admin, body)
        let redactID = try #require(answer.json["redact_id"]?.text)
        await bench.state.waitUntilJobsEnd()
        return try await bench.get("/_synapse/admin/v1/user/redact_status/\(redactID)", bench.admin).json
    }

    @Test func `without rooms only joined and banned ones are redacted, with rooms also left ones`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 4, messagesPerRoom: 3)
            try bench.state.ban(spam.spammer, from: spam.rooms[1])
            try bench.state.kick(spam.spammer, from: spam.rooms[2])
            try bench.state.leave(spam.spammer, from: spam.rooms[3])
            func redacted() -> [Int] {
                spam.rooms.map { room in bench.state.messages(in: room).count { $0.sender == spam.spammer && $0.isRedacted } }
            }
            let all = try await redact(bench, spam.spammer, ["rooms": []])
            #expect(all == ["status": "complete", "failed_redactions": [:]])
            #expect(redacted() == [3, 3, 0, 0])
            let left = try await redact(bench, spam.spammer, ["rooms": [.string(spam.rooms[2]), .string(spam.rooms[3])]])
            #expect(left == ["status": "complete", "failed_redactions": [:]])
            #expect(redacted() == [3, 3, 3, 3])
        }
    }

    @Test func `it redacts again what is redacted, newest first up to the limit, within its bounds in time`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 5)
            let room = spam.rooms[0]
            let events = spam.messages[room] ?? []
            for _ in 0..<2 { _ = try await redact(bench, spam.spammer, ["rooms": [.string(room)], "limit": 2]) }
            #expect(events.map { bench.state.event($0)?.redactions.count } == [0, 0, 0, 2, 2])
            let second = try #require(bench.state.event(events[1]))
            _ = try await redact(
                bench, spam.spammer,
                ["rooms": [.string(room)], "before_ts": .int(second.timestamp), "after_ts": .int(second.timestamp)])
            #expect(events.map { bench.state.event($0)?.redactions.count } == [0, 1, 0, 2, 2])
        }
    }

    @Test func `an admin who was not there fails event by event, and the job is complete all the same`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 2)
            let status = try await redact(bench, spam.spammer, ["rooms": [.string(spam.rooms[0])], "use_admin": true])
            #expect(status["status"] == "complete")
            let failed = status["failed_redactions"]?.members ?? [:]
            #expect(failed.count == 3)
            #expect(failed.values.allSatisfy { $0.text?.hasPrefix("403: ") == true })
        }
    }

    @Test func `an unknown room fails the whole job`() async throws {
        try await Bench.run { bench in
            let status = try await redact(bench, "@nobody:sandbox.test", ["rooms": ["!nosuch:x"]])
            #expect(status == ["status": "failed", "error": "404: Could not find room_version for !nosuch:x"])
        }
    }

    @Test func `wrong requests are refused as Synapse refuses them`() async throws {
        try await Bench.run { bench in
            let path = "/_synapse/admin/v1/user"
            let user = encoded("@spammer:sandbox.test")
            let noRooms = try await bench.post("\(path)/\(user)/redact", bench.admin, [:])
            #expect(noRooms.errcode == "M_MISSING_PARAM")
            let noUser = try await bench.post("\(path)/spammer/redact", bench.admin, ["rooms": []])
            #expect(noUser.errcode == "M_INVALID_PARAM")
            let limit = try await bench.post("\(path)/\(user)/redact", bench.admin, ["rooms": [], "limit": -1])
            #expect(limit.errcode == "M_UNKNOWN")
            let unknown = try await bench.get("\(path)/redact_status/x", bench.admin)
            #expect(unknown.status == 404)
            #expect(unknown.json["error"] == "redact id 'x' not found")
        }
    }
}

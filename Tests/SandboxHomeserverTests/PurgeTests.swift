import SandboxHomeserver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PurgeTests {
    private let base = "/_synapse/admin/v1/purge_history"

    private func status(_ bench: Bench, _ purgeID: String) async throws -> SandboxJSON {
        try await bench.get("/_synapse/admin/v1/purge_history_status/\(purgeID)", bench.admin).json
    }

    /// Purges and waits for the end.
    private func purge(_ bench: Bench, _ room: String, _ body: SandboxJSON) async throws -> SandboxJSON {
        let answer = try await bench.post("\(base)/\(encoded(room))", bench.admin, body)
        let purgeID = try #require(answer.json["purge_id"]?.text)
        await bench.state.waitUntilJobsEnd()
        return try await status(bench, purgeID)
    }

    @Test func `the bound and state stay, older messages go, and a repeat finds its bound gone`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 6)
            let room = spam.rooms[0]
            let events = spam.messages[room] ?? []
            let done = try await purge(
                bench, room, ["purge_up_to_event_id": .string(events[3]), "delete_local_events": true])
            #expect(done == ["status": "complete"])
            #expect(bench.state.messages(in: room).first?.id == events[3])
            #expect(bench.state.event(events[2]) == nil)
            #expect(bench.state.membership(of: spam.spammer, in: room) == .join)
            let state = try await bench.get("/_synapse/admin/v1/rooms/\(encoded(room))/state", bench.admin)
            #expect(state.json["state"]?.elements?.contains { $0["type"] == "m.room.create" } == true)
            let gone = try await bench.post("\(base)/\(encoded(room))/\(encoded(events[2]))", bench.admin)
            #expect(gone.status == 404)
            #expect(gone.json["error"]?.text == "Could not find event \(events[2])")
        }
    }

    @Test func `the last message survives a bound in the future`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 5)
            let room = spam.rooms[0]
            let done = try await purge(
                bench, room, ["purge_up_to_ts": 9_999_999_999_999, "delete_local_events": true])
            #expect(done == ["status": "complete"])
            #expect(bench.state.messages(in: room).map(\.id) == [spam.messages[room]?.last])
        }
    }

    @Test func `local messages stay unless their deletion is asked for`() async throws {
        try await Bench.run { bench in
            let room = try bench.state.createRoom(creator: "@admin:sandbox.test")
            let remote = "@guest:elsewhere.test"
            try bench.state.join(remote, to: room)
            let theirs = try bench.state.send(to: room, by: remote, content: ["body": "theirs"])
            let ours = try bench.state.send(to: room, by: "@admin:sandbox.test", content: ["body": "ours"])
            let last = try bench.state.send(to: room, by: "@admin:sandbox.test", content: ["body": "last"])
            _ = try await purge(bench, room, ["purge_up_to_event_id": .string(last)])
            #expect(bench.state.event(theirs) == nil)
            #expect(bench.state.event(ours) != nil)
        }
    }

    @Test func `wrong bounds are refused as Synapse refuses them`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 2, messagesPerRoom: 2)
            let path = "\(base)/\(encoded(spam.rooms[0]))"
            let foreign = try #require(spam.messages[spam.rooms[1]]?.first)
            let wrongRoom = try await bench.post(path, bench.admin, ["purge_up_to_event_id": .string(foreign)])
            #expect(wrongRoom.status == 400)
            #expect(wrongRoom.json["error"] == "Event is for wrong room.")
            let text = try await bench.post(path, bench.admin, ["purge_up_to_ts": "5"])
            #expect(text.errcode == "M_BAD_JSON")
            let early = try await bench.post(path, bench.admin, ["purge_up_to_ts": 1])
            #expect(early.status == 404)
            #expect(early.json["error"] == "there is no event to be purged")
            let none = try await bench.call(.POST, path, bench.admin, nil)
            #expect(none.status == 400)
            #expect(none.json["error"] == "must specify purge_up_to_event_id or purge_up_to_ts")
            let unknown = try await bench.get("/_synapse/admin/v1/purge_history_status/x", bench.admin)
            #expect(unknown.status == 404)
            #expect(unknown.json["error"] == "purge id 'x' not found")
        }
    }

    @Test func `a purge is active until it ends, and can be made to fail`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 4)
            bench.state.holdJobs()
            try bench.state.failNextJob("purge_history", error: "no space left")
            let path = "\(base)/\(encoded(spam.rooms[0]))/\(encoded(spam.messages[spam.rooms[0]]?.last ?? ""))"
            let purgeID = try #require(try await bench.post(path, bench.admin).json["purge_id"]?.text)
            #expect(try await status(bench, purgeID) == ["status": "active"])
            bench.state.releaseJobs()
            await bench.state.waitUntilJobsEnd()
            #expect(try await status(bench, purgeID) == ["status": "failed", "error": "no space left"])
            let listed = try await bench.get("/_synapse/admin/v1/scheduled_tasks?action_name=purge_history&status=failed", bench.admin)
            let task = try #require(listed.json["scheduled_tasks"]?.elements?.first)
            #expect(task["id"] == .string(purgeID))
            #expect(task["resource_id"] == .string(spam.rooms[0]))
            #expect(task["error"] == "no space left")
        }
    }

    @Test func `after Synapse's own redaction a purge fails until somebody speaks`() async throws {
        try await Bench.run { bench in
            let spam = try bench.state.seedSpam(rooms: 1, messagesPerRoom: 4)
            let room = spam.rooms[0]
            _ = try await bench.post(
                "/_synapse/admin/v1/user/\(encoded(spam.spammer))/redact", bench.admin, ["rooms": [.string(room)]])
            await bench.state.waitUntilJobsEnd()
            let body: SandboxJSON = ["purge_up_to_event_id": .string(spam.messages[room]?.last ?? ""), "delete_local_events": true]
            let failed = try await purge(bench, room, body)
            #expect(failed["status"] == "failed")
            #expect(failed["error"]?.text?.contains("sliding_sync_joined_rooms_event_stream_ordering_fkey") == true)
            try bench.state.send(to: room, by: spam.bystanders[0], content: ["body": "new"])
            let second = try await purge(bench, room, body)
            #expect(second == ["status": "complete"])
        }
    }
}

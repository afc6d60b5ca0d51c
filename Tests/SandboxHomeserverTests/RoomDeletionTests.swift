import SandboxHomeserver
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RoomDeletionTests {
    @Test func `a deleted room is left by all, moved and gone, and its status stays`() async throws {
        try await Bench.run { bench in
            let owner = "@admin:sandbox.test"
            let room = try bench.state.createRoom(creator: owner, name: "Old", alias: "old")
            try bench.state.createUser("user")
            try bench.state.join("@user:sandbox.test", to: room)
            let v2 = "/_synapse/admin/v2/rooms"
            let started = try await bench.delete(
                "\(v2)/\(encoded(room))", bench.admin, ["new_room_user_id": .string(owner), "block": true])
            let deleteID = try #require(started.json["delete_id"]?.text)
            await bench.state.waitUntilJobsEnd()
            let status = try await bench.get("\(v2)/delete_status/\(deleteID)", bench.admin)
            #expect(status.json["status"] == "complete")
            #expect(status.json["room_id"] == .string(room))
            let result = status.json["shutdown_room"]
            #expect(result?["kicked_users"] == ["@admin:sandbox.test", "@user:sandbox.test"])
            #expect(result?["failed_to_kick_users"] == [])
            #expect(result?["local_aliases"] == ["#old:sandbox.test"])
            let newRoom = try #require(result?["new_room_id"]?.text)
            #expect(bench.state.rooms == [newRoom])
            #expect(bench.state.membership(of: "@user:sandbox.test", in: newRoom) == .join)
            #expect(bench.state.isBlocked(room))
            let byRoom = try await bench.get("\(v2)/\(encoded(room))/delete_status", bench.admin)
            #expect(byRoom.json == ["results": [status.json]])
        }
    }

    @Test func `a second deletion is refused while the first is active, and welcome afterwards`() async throws {
        try await Bench.run { bench in
            let room = try bench.state.createRoom(creator: "@admin:sandbox.test")
            let path = "/_synapse/admin/v2/rooms/\(encoded(room))"
            bench.state.holdJobs()
            let first = try await bench.delete(path, bench.admin, [:])
            let deleteID = try #require(first.json["delete_id"]?.text)
            while try await bench.get("/_synapse/admin/v2/rooms/delete_status/\(deleteID)", bench.admin).json["status"] != "active" {}
            let second = try await bench.delete(path, bench.admin, [:])
            #expect(second.status == 400)
            #expect(second.json["error"]?.text == "Purge already in progress for \(room)")
            bench.state.releaseJobs()
            await bench.state.waitUntilJobsEnd()
            let third = try await bench.delete(path, bench.admin, [:])
            #expect(third.status == 200)
            await bench.state.waitUntilJobsEnd()
            let results = try await bench.get("\(path)/delete_status", bench.admin)
            #expect(results.json["results"]?.elements?.count == 2)
        }
    }

    @Test func `wrong deletions are refused as Synapse refuses them`() async throws {
        try await Bench.run { bench in
            let room = encoded("!any:sandbox.test")
            let v2 = "/_synapse/admin/v2/rooms"
            let illegal = try await bench.delete("\(v2)/nonsense", bench.admin, [:])
            #expect(illegal.json["error"] == "nonsense is not a legal room ID")
            let flag = try await bench.delete("\(v2)/\(room)", bench.admin, ["purge": "yes"])
            #expect(flag.errcode == "M_BAD_JSON")
            let stranger = try await bench.delete("\(v2)/\(room)", bench.admin, ["new_room_user_id": "@x:elsewhere.test"])
            #expect(stranger.json["error"] == "User must be our own: @x:elsewhere.test")
            let none = try await bench.get("\(v2)/\(room)/delete_status", bench.admin)
            #expect(none.status == 404)
            let unknown = try await bench.get("\(v2)/delete_status/x", bench.admin)
            #expect(unknown.json["error"] == "delete id 'x' not found")
        }
    }

    @Test func `version 1 answers when the room is gone`() async throws {
        try await Bench.run { bench in
            let room = try bench.state.createRoom(creator: "@admin:sandbox.test")
            let answer = try await bench.delete("/_synapse/admin/v1/rooms/\(encoded(room))", bench.admin, [:])
            #expect(answer.json["kicked_users"] == ["@admin:sandbox.test"])
            #expect(answer.json["new_room_id"] == .null)
            let details = try await bench.get("/_synapse/admin/v1/rooms/\(encoded(room))", bench.admin)
            #expect(details.status == 404)
            #expect(details.json["error"] == "Room not found")
        }
    }

    @Test func `rooms are listed by pages, with members`() async throws {
        try await Bench.run { bench in
            for name in ["a", "b", "c"] { try bench.state.createRoom(creator: "@admin:sandbox.test", name: name) }
            let first = try await bench.get("/_synapse/admin/v1/rooms?limit=2", bench.admin)
            #expect(first.json["rooms"]?.elements?.map { $0["name"] } == ["a", "b"])
            #expect(first.json["total_rooms"] == 3)
            #expect(first.json["next_batch"] == 2)
            let second = try await bench.get("/_synapse/admin/v1/rooms?limit=2&from=2", bench.admin)
            #expect(second.json["next_batch"] == nil)
            let room = try #require(second.json["rooms"]?.elements?.first?["room_id"]?.text)
            let members = try await bench.get("/_synapse/admin/v1/rooms/\(encoded(room))/members", bench.admin)
            #expect(members.json == ["members": ["@admin:sandbox.test"], "total": 1])
        }
    }
}

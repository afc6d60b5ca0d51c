import HomeserverTasks
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct DeleteRoomsTests {
    @Test func `every room gets a task of its own, under one progress`() async throws {
        try await SandboxUnderTest.run { server in
            try await withHomeserverWorker(server) { try await DeleteRoomsBodies.deletes(server, $0) }
        }
    }

    @Test func `a room that cannot be deleted is named, the others are gone`() async throws {
        try await SandboxUnderTest.run { server in
            let owner = try await server.makeUser()
            let rooms = [try await server.makeRoom(by: owner, members: []), try await server.makeRoom(by: owner, members: [])]
            try await withHomeserverWorker(server) { scheduler in
                server.state.faults.inject(.status(400), next: 1000, method: "DELETE", pathContaining: rooms[0])
                let parent = try await scheduler.submit(TaskRequest(DeleteRooms.self, .init(rooms: rooms))).id
                let (record, result) = try await scheduler.end(of: parent, as: DeleteRooms.Result.self)
                #expect(record.progress == TaskProgress(done: 1, total: 2, failed: 1), "\(record)")
                #expect(result?.failedRooms.keys.sorted() == [rooms[0]] && result?.deleted == 1)
            }
            #expect(try await server.roomExists(rooms[1]) == false)
        }
    }

    @Test func `rooms that the homeserver does not know are named in doubt`() async throws {
        try await SandboxUnderTest.run { server in
            let rooms = [try await server.makeRoom(by: try await server.makeUser(), members: []), "!nosuch:sandbox.test"]
            try await withHomeserverWorker(server) { scheduler in
                let parent = try await scheduler.submit(TaskRequest(DeleteRooms.self, .init(rooms: rooms))).id
                let (record, result) = try await scheduler.end(of: parent, as: DeleteRooms.Result.self)
                #expect(record.status == .complete && result?.deleted == 2, "\(record)")
                let doubts = try #require(result?.notVerified)
                #expect(doubts.count == 1 && doubts[0].contains(rooms[1]) && !doubts[0].contains(rooms[0]))
            }
        }
    }

    @Test func `rooms whose ids are as long as ids may be are deleted, each by its own task`() async throws {
        try await SandboxUnderTest.run { server in
            let owner = try await server.makeUser()
            let rooms = try ["a", "b"].map { try server.state.createRoom(creator: owner.id, id: LongNames.room($0)) }
            try await withHomeserverWorker(server) { scheduler in
                let parent = try await scheduler.submit(TaskRequest(DeleteRooms.self, .init(rooms: rooms))).id
                let (record, result) = try await scheduler.end(of: parent, as: DeleteRooms.Result.self)
                #expect(record.status == .complete && result?.deleted == 2, "\(record)")
            }
            for room in rooms { #expect(try await server.roomExists(room) == false) }
        }
    }

    @Test func `cancelling it stops the deletes that wait`() async throws {
        try await SandboxUnderTest.run { server in
            let owner = try await server.makeUser()
            var rooms: [String] = []
            for _ in 0..<4 { rooms.append(try await server.makeRoom(by: owner, members: [])) }
            try await withHomeserverWorker(server, change: { $0.deletesAtOnce = 2 }) { scheduler in
                server.state.holdJobs()
                let parent = try await scheduler.submit(TaskRequest(DeleteRooms.self, .init(rooms: rooms))).id
                try await eventually("two deletes") { server.state.jobs.count == 2 }
                _ = try await scheduler.cancel(parent, requestedBy: nil)
                for child in try await scheduler.all(ShutdownAndPurgeRoom.name) {
                    try await scheduler.wait(for: child.id, status: .cancelled)
                }
                #expect(try await scheduler.all(ShutdownAndPurgeRoom.name).count == 2)
                server.state.releaseJobs()
            }
            #expect(try await server.roomExists(rooms[3]))
        }
    }

    @Test func `the rooms are checked, and the keys of a delete stand beside them`() throws {
        let params = try JSONBytes(#"{"rooms": ["!a:x", "!b:x", "!a:x"], "block": true, "message": "gone"}"#)
            .decode(DeleteRooms.Params.self)
        #expect(params.delete.block && params.delete.purge && params.delete.message == "gone" && params.distinctRooms == ["!a:x", "!b:x"])
        #expect(try JSONBytes(encoding: params).decode(DeleteRooms.Params.self) == params)
        try DeleteRooms.validate(params)
        func field(_ json: String) -> String? {
            do {
                try DeleteRooms.validate(JSONBytes(json).decode(DeleteRooms.Params.self))
                return nil
            } catch {
                return (error as? InvalidParams)?.field
            }
        }
        #expect(field(#"{"rooms": []}"#) == "rooms" && field(#"{"rooms": ["!a:x", "a"]}"#) == "rooms.[1]")
        #expect(field(#"{"rooms": ["!a:x"], "new_room_user_id": "a"}"#) == "new_room_user_id")
    }
}

/// What must hold on every homeserver.
enum DeleteRoomsBodies {
    static func deletes(_ server: any HomeserverUnderTest, _ scheduler: TaskScheduler) async throws {
        let (owner, member) = (try await server.makeUser(), try await server.makeUser())
        var rooms: [String] = []
        for _ in 0..<3 { rooms.append(try await server.makeRoom(by: owner, members: [member])) }
        let kept = try await server.makeRoom(by: owner, members: [])
        let params = DeleteRooms.Params(rooms: rooms + [rooms[0]], delete: .init(roomID: "", block: true))
        let id = try await scheduler.submit(TaskRequest(DeleteRooms.self, params)).id
        let (record, result) = try await scheduler.end(of: id, as: DeleteRooms.Result.self)
        #expect(record.status == .complete && record.progress == TaskProgress(done: 3, total: 3), "\(record)")
        #expect(result == DeleteRooms.Result(rooms: 3, deleted: 3, kickedUsers: 6))
        for room in rooms { #expect(try await server.roomExists(room) == false) }
        #expect(try await server.roomExists(kept))
    }
}

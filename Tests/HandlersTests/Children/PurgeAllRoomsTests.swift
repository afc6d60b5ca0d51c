import Foundation
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct PurgeAllRoomsTests {
    /// Rooms with ten old and three new messages each, of which the last room has new ones only.
    private struct Rooms {
        let old: [String]
        let new: String
        let params: PurgeHistoryAllRooms.Params

        init(_ server: SandboxUnderTest, _ count: Int, named name: (Int) -> String? = { _ in nil }) async throws {
            let owner = try await server.makeUser()
            let now = Int(Date().timeIntervalSince1970 * 1000)
            let day = 86_400_000
            var rooms: [String] = []
            for number in 0...count {
                let isOld = number < count
                let room = try server.state.createRoom(
                    creator: owner.id, id: name(number), timestamp: isOld ? now - 100 * day : now - day)
                for minute in 0..<(isOld ? 10 : 0) {
                    _ = try server.state.send(
                        to: room, by: owner.id, content: ["body": "old"], timestamp: now - 95 * day + minute * 60_000)
                }
                for minute in 0..<3 {
                    _ = try server.state.send(to: room, by: owner.id, content: ["body": "new"], timestamp: now - day / 2 + minute * 60_000)
                }
                rooms.append(room)
            }
            (old, new) = (Array(rooms.dropLast()), rooms[count])
            params = PurgeHistoryAllRooms.Params(olderThan: "90d", deleteLocalEvents: true, concurrency: 2)
        }

        /// How many messages each room has.
        func left(_ server: SandboxUnderTest) async throws -> [Int] {
            var counts: [Int] = []
            for room in old + [new] { counts.append(try await server.messages(in: room).count) }
            return counts
        }
    }

    @Test func `what is old goes in all rooms, each in a task of its own, under one progress`() async throws {
        try await SandboxUnderTest.run { server in
            let rooms = try await Rooms(server, 5)
            try await withHomeserverWorker(server) { scheduler in
                let request = try TaskRequest(PurgeHistoryAllRooms.self, rooms.params, requestedBy: "@admin:sandbox.test")
                let (record, result) = try await scheduler.end(
                    of: try await scheduler.submit(request).id, as: PurgeHistoryAllRooms.Result.self)
                #expect(record.status == .complete && record.progress == TaskProgress(done: 6, total: 6), "\(record)")
                #expect(result?.purgedRooms == 5 && result?.skippedRooms == 1 && result?.rooms == 6 && result?.failedRooms == [:])
                let children = try await scheduler.all(PurgeHistory.name)
                #expect(Set(children.compactMap(\.resourceID)) == Set(rooms.old) && children.count == 5)
                #expect(children.allSatisfy { $0.requestedBy == "@admin:sandbox.test" })
            }
            // The event at the bound stays, as the homeserver has it.
            #expect(try await rooms.left(server) == [4, 4, 4, 4, 4, 3])
        }
    }

    @Test func `rooms whose ids are as long as ids may be are purged, each by its own task`() async throws {
        try await SandboxUnderTest.run { server in
            let rooms = try await Rooms(server, 2) { LongNames.room("\($0)") }
            try await withHomeserverWorker(server) { scheduler in
                let parent = try await scheduler.submit(TaskRequest(PurgeHistoryAllRooms.self, rooms.params)).id
                let (record, result) = try await scheduler.end(of: parent, as: PurgeHistoryAllRooms.Result.self)
                #expect(record.status == .complete && result?.purgedRooms == 2 && result?.failedRooms == [:], "\(record)")
                #expect(Set(try await scheduler.all(PurgeHistory.name).compactMap(\.resourceID)) == Set(rooms.old))
            }
            #expect(try await rooms.left(server) == [4, 4, 3])
        }
    }

    @Test func `however many rooms with long ids a dry run estimates, its checkpoint stays small`() throws {
        var checkpoint = AllRoomsCheckpoint(cutoff: 0)
        for number in 0..<1000 { checkpoint.estimate(LongNames.room("\(number)"), 5) }
        #expect(try JSONBytes(encoding: checkpoint).utf8.count < 32_768)
        #expect(checkpoint.purged == 1000 && checkpoint.events == 5000 && checkpoint.estimates.count > 50)
    }

    @Test func `a dry run estimates, and purges nothing`() async throws {
        try await SandboxUnderTest.run { server in
            let rooms = try await Rooms(server, 3)
            var params = rooms.params
            params.dryRun = true
            params.window = "00:00-00:01"
            let desk = NoDesk()
            let handler = PurgeHistoryAllRoomsHandler(
                client: TestHandlers.client(server.configuration), desk: desk, settings: TestHandlers.settings)
            let result = try #require(try await InMemoryTask().attempt(handler, params)?.result(PurgeHistoryAllRooms.Result.self))
            #expect(result.purgedRooms == 3 && result.skippedRooms == 1)
            let estimates = try #require(result.perRoom)
            #expect(Set(estimates.keys) == Set(rooms.old) && estimates.values.allSatisfy { (9...20).contains($0) }, "\(estimates)")
            #expect(result.estimatedEvents == estimates.values.reduce(0, +))
            params.minEvents = 1000
            let none = try #require(try await InMemoryTask().attempt(handler, params)?.result(PurgeHistoryAllRooms.Result.self))
            #expect(none.purgedRooms == 0 && none.skippedRooms == 4)
            (params.minEvents, params.rooms, params.excludeRooms) = (0, Array(rooms.old[..<2]), [rooms.old[0].dropLast(3) + "*"])
            let one = try #require(try await InMemoryTask().attempt(handler, params)?.result(PurgeHistoryAllRooms.Result.self))
            #expect(one.perRoom?.keys.sorted() == [rooms.old[1]])
            #expect(try await rooms.left(server) == [13, 13, 13, 3])
        }
    }

    // A machine whose date is 100 days ahead must not take what is new for old.
    @Test func `ages count by the database's clock, whatever the process's says`() async throws {  // I6
        try await SandboxUnderTest.run { server in
            let rooms = try await Rooms(server, 1)
            let task = InMemoryTask()
            let time = Date(timeIntervalSinceNow: -100 * 86_400)
            task.set(now: time)
            var params = rooms.params
            (params.olderThan, params.dryRun) = ("90d", true)
            let handler = PurgeHistoryAllRoomsHandler(
                client: TestHandlers.client(server.configuration), desk: NoDesk(), settings: TestHandlers.settings)
            _ = try await task.attempt(handler, params)
            let checkpoint = try #require(try task.checkpoint?.decode(AllRoomsCheckpoint.self))
            #expect(checkpoint.cutoff == Int64(time.timeIntervalSince1970 * 1000) - 90 * 86_400_000)
        }
    }

    @Test func `outside its window nothing is begun, and it waits until it opens`() async throws {
        try await SandboxUnderTest.run { server in
            let rooms = try await Rooms(server, 1)
            var settings = TestHandlers.settings
            let noon = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 / 86_400).rounded(.down) * 86_400 + 43_200)
            settings.now = { _ in noon }
            var params = rooms.params
            (params.window, params.timeZone) = ("22:00-05:00", "UTC")
            let handler = PurgeHistoryAllRoomsHandler(
                client: TestHandlers.client(server.configuration), desk: NoDesk(), settings: settings)
            guard case .snoozed(let wait, _) = try #require(try await InMemoryTask().attempt(handler, params)) else {
                Issue.record("it went on by day")
                return
            }
            #expect(wait == .seconds(36_000))
        }
    }

    // I8
    @Test func `cancelling it stops the purges that run and those that wait`() async throws {
        try await SandboxUnderTest.run { server in
            let rooms = try await Rooms(server, 4)
            try await withHomeserverWorker(server) { scheduler in
                server.state.holdJobs()
                let parent = try await scheduler.submit(TaskRequest(PurgeHistoryAllRooms.self, rooms.params)).id
                try await eventually("two purges") { server.state.jobs.count == 2 }
                #expect(try await scheduler.all(PurgeHistory.name).count == 2)
                _ = try await scheduler.cancel(parent, requestedBy: nil)
                try await scheduler.wait(for: parent, status: .cancelled)
                for child in try await scheduler.all(PurgeHistory.name) { try await scheduler.wait(for: child.id, status: .cancelled) }
                server.state.releaseJobs()
                #expect(try await scheduler.all(PurgeHistory.name).count == 2)
            }
        }
    }

    // I8
    @Test func `killed at any write, no room is purged by two tasks and none is missed`() async throws {
        try await SandboxUnderTest.run { server in
            let rooms = try await Rooms(server, 3)
            try await withMusterDatabase { database in
                let scheduler = try database.scheduler(actions: HomeserverCatalogue.actions)
                let handler = PurgeHistoryAllRoomsHandler(
                    client: TestHandlers.client(server.configuration), desk: scheduler, settings: TestHandlers.settings)
                for point in 1...6 {
                    let task = InMemoryTask(id: Int64(9000 + point))
                    var params = rooms.params
                    params.concurrency = 10
                    _ = try? await task.attempt(handler, params, diesAt: point)
                    _ = try await task.attempt(handler, params)
                    let children = try await scheduler.all(PurgeHistory.name).filter {
                        try! $0.params.decode(PurgeHistory.Params.self).parentTaskID == task.id.description
                    }
                    #expect(children.compactMap(\.resourceID).sorted() == rooms.old.sorted(), "killed at write \(point)")
                }
            }
        }
    }

    @Test func `rooms that go while the list is read make no other one be missed`() {
        let rooms = (0..<100).map(String.init)
        let known = RoomList.rest(of: Array(rooms[10...]), from: 20, after: "29", seen: 30) { $0 }
        #expect(known.place == 40 && known.rooms.first == "30")
        let gone = RoomList.rest(of: Array(rooms[20...]), from: 20, after: "x", seen: 30) { $0 }
        #expect(gone.place == 30 && gone.rooms.first == "30")
        let first = RoomList.rest(of: rooms, from: 0, after: nil, seen: 0) { $0 }
        #expect(first.place == 0 && first.rooms.count == 100)
    }
}

/// For attempts that submit nothing.
struct NoDesk: TaskDesk {
    struct Asked: Error {}
    func submit(_ requests: [TaskRequest]) async throws -> [SubmittedTask] { throw Asked() }
    func task(_ id: TaskID) async throws -> TaskRecord? { throw Asked() }
    func cancel(_ id: TaskID, requestedBy: String?) async throws -> CancelResult { throw Asked() }
}

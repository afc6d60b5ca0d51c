import Foundation
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Synchronization
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct PurgeHandlerTests {
    @Test func `everything before the bound goes in slices, the bound stays`() async throws {
        try await SandboxUnderTest.run { server in try await PurgeBodies.purgesInSlices(server) }
    }

    // I8
    @Test func `killed at any write, the next attempt ends the same`() async throws {
        try await SandboxUnderTest.run { server in
            var point = 1
            while true {
                let fixture = try await SpamFixture(server, rooms: 1, messages: 14)
                let bound = fixture.messages[fixture.rooms[0]]?[11] ?? ""
                let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
                let task = InMemoryTask()
                var outcome = try await task.attempt(TestHandlers.purge(server), params, diesAt: point)
                let wasKilled = outcome == nil
                if wasKilled { outcome = try await task.attempt(TestHandlers.purge(server), params) }
                #expect(outcome?.isComplete == true, "killed at write \(point)")
                #expect(try await server.messages(in: fixture.rooms[0]).first == bound, "killed at write \(point)")
                guard wasKilled else { break }
                point += 1
            }
            #expect(point > 8)
        }
    }

    @Test func `a purge whose id is known is followed, not begun again`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            let bound = fixture.messages[fixture.rooms[0]]?[2] ?? ""
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
            let task = InMemoryTask()
            server.state.holdJobs()
            let handler = TestHandlers.purge(server)
            // Writes: the key, the bound, the plan, the purge's id; the fifth would note the end.
            let attempt = Task { try await task.attempt(handler, params, diesAt: 5) }
            server.state.releaseJobs()
            #expect(try await attempt.value == nil)
            let begun = server.state.jobs.count
            let outcome = try await task.attempt(handler, params)
            #expect(outcome?.isComplete == true)
            #expect(server.state.jobs.count >= begun)
            #expect(try await server.messages(in: fixture.rooms[0]).first == bound)
        }
    }

    @Test func `history that a bridge dated in the past stays when the homeserver received it after the bound`() async throws {
        try await SandboxUnderTest.run { server in
            let owner = try await server.makeUser()
            let room = try server.state.createRoom(creator: owner.id, timestamp: 1_700_000_000_000)
            let first = try server.state.send(to: room, by: owner.id, content: ["body": "first"], timestamp: 1_700_000_000_001)
            let old = try (0..<20).map { try server.state.send(to: room, by: owner.id, content: ["body": "x"], timestamp: 1000 + $0) }
            // Afterwards the first event that can be read is one of those from the past.
            let before = PurgeHistory.Params(roomID: room, purgeUpToEventID: old[0], deleteLocalEvents: true)
            #expect(try await InMemoryTask().attempt(TestHandlers.purge(server), before)?.isComplete == true)
            #expect(server.state.messages(in: room).map(\.id) == old && !old.contains(first))
            let params = PurgeHistory.Params(roomID: room, purgeUpToTs: 1_600_000_000_000, deleteLocalEvents: true)
            _ = try await InMemoryTask().attempt(TestHandlers.purge(server), params)
            #expect(server.state.messages(in: room).map(\.id) == old)
        }
    }

    @Test func `outside its window a purge waits until it opens`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 14)
            let room = fixture.rooms[0]
            var params = PurgeHistory.Params(roomID: room, purgeUpToEventID: fixture.messages[room]?[11], deleteLocalEvents: true)
            params.window = "02:00-05:00"
            // 04:59:59, and past five once the clock was read so often.
            let reads = Mutex(0)
            var settings = TestHandlers.settings
            settings.now = { _ in
                Date(
                    timeIntervalSince1970: reads.withLock {
                        $0 += 1; return $0
                    } < 4 ? 17_999 : 18_001)
            }
            let handler = PurgeHistoryHandler(client: TestHandlers.client(server.configuration), settings: settings)
            let task = InMemoryTask()
            guard case .snoozed(let wait, _) = try #require(try await task.attempt(handler, params)) else {
                Issue.record("it went on outside its window")
                return
            }
            #expect(wait == .seconds(75_599))
            #expect(task.progress?.done ?? 0 > 0 && task.progress?.fraction ?? 1 < 1)
            settings.now = { _ in Date(timeIntervalSince1970: 7200) }
            let open = PurgeHistoryHandler(client: TestHandlers.client(server.configuration), settings: settings)
            #expect(try await task.attempt(open, params)?.isComplete == true)
            #expect(try await server.messages(in: room).first == params.purgeUpToEventID)
        }
    }

    // Cancel between slices, resume and pause.
    @Test func `a cancelled purge keeps what is done, and says how far it came`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 30)
            let room = fixture.rooms[0]
            var params = PurgeHistory.Params(roomID: room, purgeUpToEventID: fixture.messages[room]?[25], deleteLocalEvents: true)
            params.pauseMs = PurgeHistory.longestPauseMs
            let (task, handler, slow) = (InMemoryTask(), TestHandlers.purge(server), params)
            let stop = Mutex<Task<Outcome?, any Error>?>(nil)
            // Writes: the key, the bound, the plan, a purge's id, its end; then it pauses for ten minutes.
            task.cancel(afterWrites: 5) { stop.withLock { $0?.cancel() } }
            let attempt = stop.withLock { stop in
                let attempt = Task { try await task.attempt(handler, slow) }
                stop = attempt
                return attempt
            }
            guard case .cancelled(let result?) = try #require(try await attempt.value) else {
                Issue.record("it was not cancelled")
                return
            }
            #expect(try result.decode(PurgeHistory.Result.self).slices == 1)
            params.pauseMs = 0
            let resumed = try #require(try await task.attempt(handler, params)?.result(PurgeHistory.Result.self))
            #expect(resumed.slices > 2 && resumed.emptySlices == 0)
            #expect(try await server.messages(in: room).first == params.purgeUpToEventID)
        }
    }

    @Test(arguments: RedactFaultTests.faults)
    func `whatever befalls the start of a purge, it completes`(_ fault: RedactFaultTests.Fault) async throws {
        try await SandboxUnderTest.run { server in
            server.state.faults.inject(fault.kind, fault.moment, next: 2, method: "POST", pathContaining: "/purge_history/")
            try await PurgeBodies.purgesInSlices(server)
        }
    }

    @Test func `a failure that only new messages cure is tried again much later`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            try server.state.failNextJob("purge_history", error: "violates foreign key constraint \"sliding_sync_joined_rooms_x\"")
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: fixture.messages[fixture.rooms[0]]?[2])
            let outcome = try await InMemoryTask().attempt(TestHandlers.purge(server), params)
            guard case .snoozed(let wait, _) = try #require(outcome) else {
                Issue.record("not tried again later")
                return
            }
            #expect(wait >= .seconds(600))
        }
    }

    @Test func `a time before the first event is nothing to do, an unknown event is final`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            let early = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToTs: 1)
            #expect(try await InMemoryTask().attempt(TestHandlers.purge(server), early)?.isComplete == true)
            let unknown = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: "$nosuch")
            await #expect(throws: FinalError.self) { _ = try await InMemoryTask().attempt(TestHandlers.purge(server), unknown) }
        }
    }

    @Test func `an event dated in the past at the room's end lets nothing before it be purged`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 14)
            let room = fixture.rooms[0]
            let before = server.state.messages(in: room).map(\.id)
            let forged = try server.state.send(to: room, by: fixture.spammer.id, content: ["body": "old"], timestamp: 5)
            for ts: Int64 in [6, 1_000_000] {
                let params = PurgeHistory.Params(roomID: room, purgeUpToTs: ts, deleteLocalEvents: true)
                #expect(try await InMemoryTask().attempt(TestHandlers.purge(server), params)?.isComplete == true)
                #expect(server.state.messages(in: room).map(\.id) == before + [forged])
            }
        }
    }

    @Test func `a time as bound goes in slices too, and the homeserver ends it`() async throws {
        try await SandboxUnderTest.run { server in
            let owner = try await server.makeUser()
            let room = try server.state.createRoom(creator: owner.id, timestamp: 1)
            let sent = try (0..<20).map { number in
                try server.state.send(to: room, by: owner.id, content: ["body": "x"], timestamp: 1000 + number)
            }
            let params = PurgeHistory.Params(roomID: room, purgeUpToTs: 1015, deleteLocalEvents: true)
            let outcome = try await InMemoryTask().attempt(TestHandlers.purge(server), params)
            #expect(try #require(try outcome?.result(PurgeHistory.Result.self)).slices >= 3)
            #expect(try await server.messages(in: room) == Array(sent[15...]))
        }
    }

    @Test(arguments: [true, false])
    func `where many write at once, slices are no larger than elsewhere`(_ isBoundAnEvent: Bool) async throws {
        try await SandboxUnderTest.run { server in
            let owner = try await server.makeUser()
            let room = try server.state.createRoom(creator: owner.id, timestamp: 1)
            // Eight at each of a hundred depths.
            var (parent, sent): (String?, [String]) = (nil, [])
            for depth in 0..<100 {
                let crowd = try (0..<8).map { number in
                    try server.state.send(
                        to: room, by: owner.id, content: ["body": "x"], timestamp: 1000 + depth * 10 + number, hangingOn: parent)
                }
                sent += crowd
                parent = crowd[7]
            }
            let bound = try server.state.send(to: room, by: owner.id, content: ["body": "stays"], timestamp: 9000)
            var params = PurgeHistory.Params(roomID: room, deleteLocalEvents: true)
            if isBoundAnEvent { params.purgeUpToEventID = bound } else { params.purgeUpToTs = 9000 }
            var settings = TestHandlers.settings
            settings.sliceEvents = 50
            let task = InMemoryTask()
            let left = Mutex([sent.count])
            let handler = PurgeHistoryHandler(client: TestHandlers.client(server.configuration), settings: settings)
            task.afterEveryWrite { left.withLock { $0.append(server.state.messages(in: room).count { $0.id != bound }) } }
            let result = try #require(try await task.attempt(handler, params)?.result(PurgeHistory.Result.self))
            let counts = left.withLock { $0 }
            let largest = zip(counts, counts.dropFirst()).map { $0 - $1 }.max() ?? 0
            #expect((10...30).contains(result.slices) && largest <= 100, "\(result) \(counts)")
            #expect(server.state.messages(in: room).map(\.id) == [bound])
            let total = try #require(task.progress?.total)
            #expect((600...1000).contains(total) && task.progress?.done == total)
        }
    }

    @Test func `a homeserver that limits calls for long costs no attempt`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            server.state.faults.inject(.tooManyRequests(retryAfter: .seconds(300)), next: 1000, pathPrefix: "/_synapse/admin/v1/purge")
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToTs: .max / 1_000_000)
            let handler = PurgeHistoryHandler(client: TestHandlers.client(server.configuration), settings: TestHandlers.impatient)
            guard case .snoozed(let wait, _) = try #require(try await InMemoryTask().attempt(handler, params)) else {
                Issue.record("it cost an attempt")
                return
            }
            #expect(wait == .seconds(300))
        }
    }

    // I10
    @Test func `a purge waits for whoever holds the room`() async throws {
        try await SandboxUnderTest.run { server in
            let task = InMemoryTask(heldElsewhere: [RoomKey.of("!a:sandbox.test")])
            let outcome = try await task.attempt(TestHandlers.purge(server), PurgeHistory.Params(roomID: "!a:sandbox.test", purgeUpToTs: 5))
            guard case .snoozed = try #require(outcome) else {
                Issue.record("the purge did not wait")
                return
            }
        }
    }
}

/// What must hold of a purge on every homeserver.
enum PurgeBodies {
    static func purgesInSlices(_ server: any HomeserverUnderTest) async throws {
        let fixture = try await SpamFixture(server, rooms: 1, messages: 20)
        let bound = fixture.messages[fixture.rooms[0]]?[15] ?? ""
        let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
        let task = InMemoryTask()
        let outcome = try await task.attempt(TestHandlers.purge(server), params)
        let result = try #require(try outcome?.result(PurgeHistory.Result.self))
        #expect(result.slices >= 3)
        #expect(result.emptySlices == 0)
        #expect(try await server.messages(in: fixture.rooms[0]).first == bound)
        #expect(try await server.messages(in: fixture.rooms[0]).count == 6)
        let progress = try #require(task.progress)
        #expect(progress.done == progress.total)
    }
}

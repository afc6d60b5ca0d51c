import AsyncHTTPClient
import Foundation
import HomeserverClient
import HomeserverTasks
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers

/// The claims that hold of the sandbox, held against a real Synapse.
@Suite(.timeLimit(.minutes(10)))
struct HandlersOnSynapseTests {
    @Test func `the main process is ready, a worker of it may get redactions, and in its place it is named`() async throws {
        let server = try await SynapseUnderTest.shared()
        try await TestHandlers.redact(server).prepare()
        try await TestHandlers.redact(server) { $0.clientURL = server.synapse.workerURL }.prepare()
        try await TestHandlers.redact(server) { $0.puppet = .applicationService(asToken: server.applicationServiceToken) }.prepare()
        let worker = TestHandlers.redact(server) { $0.url = server.synapse.workerURL }
        let error = await #expect(throws: HomeserverError.self) { try await worker.prepare() }
        #expect(error?.description.contains("homeserver.url leads to a worker") == true)
    }

    @Test func `every message and join of the user is redacted once`() async throws {
        try await RedactBodies.redactsEverything(SynapseUnderTest.shared())
    }

    @Test func `a second run sends no redaction`() async throws {
        try await RedactBodies.secondRunRedactsNothing(SynapseUnderTest.shared())
    }

    @Test func `left, kicked and banned rooms are handed to Synapse's own redact`() async throws {
        try await RedactBodies.roomsWithoutTheUser(SynapseUnderTest.shared())
    }

    @Test func `left and kicked rooms are found on request`() async throws {
        try await RedactBodies.leftRoomsOnRequest(SynapseUnderTest.shared())
    }

    @Test func `only the types that were asked for are redacted, also where Synapse does it`() async throws {
        try await RedactBodies.onlyTheTypesAskedFor(SynapseUnderTest.shared())
    }

    @Test func `a dry run counts and redacts nothing`() async throws {
        try await RedactBodies.countsOnly(SynapseUnderTest.shared())
    }

    @Test func `a deactivated user's events are redacted in all rooms that were left by it`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 2, messages: 3)
        let client = TestHandlers.client(server.configuration)
        let deactivated = try await InMemoryTask().attempt(
            DeactivateUserHandler(client: client, settings: TestHandlers.settings), .init(userID: fixture.spammer.id))
        #expect(try deactivated?.result(DeactivateUser.Result.self)?.roomsLeftOver == 0)
        var params = fixture.params
        params.includeLeftRooms = true
        let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result.totals == RedactAllEvents.Result(redacted: 8, rooms: 2, verified: true))
        #expect(try await fixture.timesRedacted(server).isSubset(of: server.timesByItself))
    }

    // Synapse answers whoever is shadow-banned as if it had redacted.
    @Test func `a shadow-banned user's events are redacted, with the user's token and with an application service`() async throws {
        let server = try await SynapseUnderTest.shared()
        let handlers = [
            TestHandlers.redact(server),
            TestHandlers.redact(server) { $0.puppet = .applicationService(asToken: server.applicationServiceToken) },
        ]
        for handler in handlers {
            let fixture = try await SpamFixture(server, rooms: 1, messages: 3)
            try await server.shadowBan(fixture.spammer)
            let outcome = try await InMemoryTask().attempt(handler, fixture.params)
            let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
            #expect(result.totals == RedactAllEvents.Result(redacted: 4, rooms: 1, verified: true))
            #expect(try await fixture.timesRedacted(server).isSubset(of: server.timesByItself))
        }
    }

    @Test func `events of one millisecond at every page's edge are each redacted once, in the room and out of it`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 2, messages: 0)
        for room in fixture.rooms {
            for number in 0..<14 {
                let path =
                    "/_matrix/client/v3/rooms/\(room)/send/m.room.message/tied\(number)?ts=1700000000000&user_id=\(fixture.spammer.id)"
                var request = HTTPClientRequest(url: server.configuration.url + path)
                request.method = .PUT
                request.headers.add(name: "Authorization", value: "Bearer \(server.applicationServiceToken)")
                request.body = .bytes(.init(string: #"{"msgtype":"m.text","body":"tied"}"#))
                #expect(try await TestHandlers.http.execute(request, timeout: .seconds(20)).status == .ok)
            }
        }
        try await server.ban(fixture.spammer, from: fixture.rooms[0], by: fixture.owner)
        let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server), fixture.params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result.totals == RedactAllEvents.Result(redacted: 30, rooms: 2, verified: true))
        for room in fixture.rooms {
            let counts = try await server.redactionCounts(in: room)
            #expect(counts.count == 15 && Set(counts.values) == [1])
        }
    }

    @Test func `a user is redacted, deactivated, and redacted once more`() async throws {
        let server = try await SynapseUnderTest.shared()
        try await withHomeserverWorker(server) { try await AccountBodies.redactsAndDeactivates(server, $0) }
    }

    @Test func `media are deleted and quarantined, the cache is purged`() async throws {
        let server = try await SynapseUnderTest.shared()
        let (client, settings) = (TestHandlers.client(server.configuration), TestHandlers.settings)
        let user = try await server.makeUser()
        for _ in 0..<3 { try await server.upload(by: user) }
        let quarantine = try await InMemoryTask().attempt(
            QuarantineUserMediaHandler(client: client, settings: settings), .init(userID: user.id))
        #expect(try quarantine?.result(QuarantineUserMedia.Result.self)?.quarantined == 3)
        var few = settings
        few.mediaAtOnce = 2
        let delete = try await InMemoryTask().attempt(DeleteUserMediaHandler(client: client, settings: few), .init(userID: user.id))
        #expect(try delete?.result(DeleteUserMedia.Result.self)?.deleted == 3)
        let purge = try await InMemoryTask().attempt(
            PurgeMediaCacheHandler(client: client, settings: settings), .init(beforeTs: 1_700_000_000_000))
        #expect(try purge?.result(PurgeMediaCache.Result.self)?.deleted == 0)
    }

    @Test func `an application service redacts every message once`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 1, messages: 5)
        let handler = TestHandlers.redact(server) { $0.puppet = .applicationService(asToken: server.applicationServiceToken) }
        let outcome = try await InMemoryTask().attempt(handler, fixture.params)
        #expect(try outcome?.result(RedactAllEvents.Result.self)?.verified == true)
        #expect(try await fixture.timesRedacted(server) == [1])
    }

    @Test func `without a way to act as the user, Synapse redacts where the admin is not, as the user`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 2, messages: 3)
        let outcome = try await InMemoryTask().attempt(TestHandlers.redact(server) { $0.puppet = .none }, fixture.params)
        let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(result.totals == RedactAllEvents.Result(redacted: 8, rooms: 2, verified: true), "\(result)")
        #expect(try await fixture.timesRedacted(server).isSubset(of: server.timesByItself))
    }

    @Test func `stickers, reactions and state stay and are counted, and go when every type is asked for`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 1, messages: 2)
        for type in ["m.sticker", "m.reaction", "org.example.custom"] {
            try await server.sendEvent(type, to: fixture.rooms[0], as: fixture.spammer)
        }
        var params = fixture.params
        for isDryRun in [true, false] {
            params.dryRun = isDryRun
            let outcome = try await InMemoryTask(id: isDryRun ? 1 : 2).attempt(TestHandlers.redact(server), params)
            let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
            #expect(result.stays == ["m.sticker": 1, "m.reaction": 1, "org.example.custom": 1] && result.notes.count == 1, "\(result)")
        }
        params.eventTypes = ["*"]
        let outcome = try await InMemoryTask(id: 3).attempt(TestHandlers.redact(server), params)
        let all = try #require(try outcome?.result(RedactAllEvents.Result.self))
        #expect(all.redacted == 3 && all.alreadyRedacted == 3 && all.stays.isEmpty && all.verified, "\(all)")
    }

    @Test func `everything before the bound goes in slices, the bound stays`() async throws {
        try await PurgeBodies.purgesInSlices(SynapseUnderTest.shared())
    }

    @Test func `a time as bound goes by arrival: an event dated in the past moves nothing`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 1, messages: 14)
        let room = fixture.rooms[0]
        let bound = Int64(Date().timeIntervalSince1970 * 1000) + 1
        let later = try await server.send(3, to: room, as: fixture.owner)
        let path = "/_matrix/client/v3/rooms/\(room)/send/m.room.message/forged?ts=5&user_id=\(fixture.spammer.id)"
        var request = HTTPClientRequest(url: server.configuration.url + path)
        request.method = .PUT
        request.headers.add(name: "Authorization", value: "Bearer \(server.applicationServiceToken)")
        request.body = .bytes(.init(string: #"{"msgtype":"m.text","body":"forged"}"#))
        #expect(try await TestHandlers.http.execute(request, timeout: .seconds(20)).status == .ok)
        // Synapse shows an event once all that were begun before it are stored, those of other tests in other rooms among them.
        var before: [String] = []
        try await eventually("all twenty messages") {
            before = try await server.messages(in: room)
            return before.count == 20
        }
        var params = PurgeHistory.Params(roomID: room, purgeUpToTs: 6, deleteLocalEvents: true)
        #expect(try await InMemoryTask().attempt(TestHandlers.purge(server), params)?.isComplete == true)
        #expect(try await server.messages(in: room) == before)
        params.purgeUpToTs = bound
        #expect(try await InMemoryTask().attempt(TestHandlers.purge(server), params)?.isComplete == true)
        let left = try await server.messages(in: room)
        #expect(left.suffix(4) == before.suffix(4) && left.count <= 6)
        #expect(Set(later).isSubset(of: left))
    }

    @Test func `a purge whose row Synapse has lost is checked, and done again where it was not done`() async throws {
        let server = try await SynapseUnderTest.shared()
        for isDone in [false, true] {
            let fixture = try await SpamFixture(server, rooms: 1, messages: 8)
            let room = fixture.rooms[0]
            let bound = fixture.messages[room]?[6] ?? ""
            let params = PurgeHistory.Params(roomID: room, purgeUpToEventID: bound, deleteLocalEvents: true)
            let client = TestHandlers.client(server.configuration)
            var checkpoint = PurgeCheckpoint(bound: bound, isPlanned: true, purgeID: "lostlostlostlost")
            checkpoint.slices.close(before: bound, upTo: nil)
            let task = InMemoryTask()
            try await task.save(checkpoint: JSONBytes(encoding: checkpoint), progress: nil)
            if isDone {
                let id = try await client.startPurge(of: room, before: bound, deleteLocalEvents: true)
                try await server.synapse.client.waitForJob(at: "/_synapse/admin/v1/purge_history_status/\(id)")
            }
            let result = try #require(try await task.attempt(TestHandlers.purge(server), params)?.result(PurgeHistory.Result.self))
            #expect(result == PurgeHistory.Result(slices: 1, forgotten: 1))
            #expect(try await server.messages(in: room).first == bound)
            let purges = try await client.scheduledTasks(action: "purge_history", resourceID: room)
            #expect(purges.count == 1)
        }
    }

    @Test func `slices are found by asking for times, without reading what lies between`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 1, messages: 40)
        let room = fixture.rooms[0]
        let bound = fixture.messages[room]?[35] ?? ""
        var settings = TestHandlers.settings
        // No page is large enough to plan by reading.
        (settings.pageSize, settings.sliceEvents) = (1, 10)
        let handler = PurgeHistoryHandler(client: TestHandlers.client(server.configuration), settings: settings)
        let task = InMemoryTask()
        let params = PurgeHistory.Params(roomID: room, purgeUpToEventID: bound, deleteLocalEvents: true)
        let result = try #require(try await task.attempt(handler, params)?.result(PurgeHistory.Result.self))
        #expect((3...6).contains(result.slices) && result.emptySlices == 0, "\(result)")
        #expect(try await server.messages(in: room).first == bound)
        #expect((35...50).contains(task.progress?.total ?? 0) && task.progress?.fraction == 1, "\(String(describing: task.progress))")
    }

    @Test func `where messages are sent at once, Synapse tells how close they stand`() async throws {
        let server = try await SynapseUnderTest.shared()
        let owner = try await server.makeUser()
        let room = try await server.makeRoom(by: owner, members: [])
        let sent = try await server.sendAtOnce(60, to: room, as: owner)
        let client = TestHandlers.client(server.configuration)
        let history = RoomHistory(roomID: room, client: client, retrying: TestHandlers.settings.retrying)
        var places: [RoomPlace] = []
        for id in sent { places.append(try #require(try await history.place(of: id))) }
        places.sort { $0.depth < $1.depth }
        let around = try #require(try await client.events(around: places[30].eventID, in: room, limit: 40))
        #expect(around.before.count == 20 && around.after.count == 20 && Set(sent).isSuperset(of: around.before.map(\.eventID)))
        let real = Double(places.count - 1) / Double(places[59].depth - places[0].depth)
        let told = try #require(try await history.density(around: places[30], events: 40))
        #expect((real * 0.6...real * 1.6).contains(told), "\(told) instead of \(real)")
    }

    @Test func `old history of all rooms goes, room by room, and an estimate says how much`() async throws {
        let server = try await SynapseUnderTest.shared()
        let fixture = try await SpamFixture(server, rooms: 2, messages: 6)
        let other = try await SpamFixture(server, rooms: 1, messages: 6)
        // Minutes from now, what was sent just now is old.
        let later: @Sendable (HandlerContext) -> Date = { $0.now().addingTimeInterval(90) }
        let rooms = fixture.rooms
        try await withHomeserverWorker(server, change: { $0.now = later }) { scheduler in
            var params = PurgeHistoryAllRooms.Params(
                olderThan: "1m", rooms: rooms + other.rooms, excludeRooms: other.rooms, minEvents: 3, deleteLocalEvents: true,
                concurrency: 2, dryRun: true)
            let estimate = try await scheduler.end(
                of: try await scheduler.submit(TaskRequest(PurgeHistoryAllRooms.self, params)).id, as: PurgeHistoryAllRooms.Result.self)
            let counts = try #require(estimate.1?.perRoom)
            #expect(Set(counts.keys) == Set(rooms) && counts.values.allSatisfy { (10...30).contains($0) }, "\(counts)")
            #expect(try await server.messages(in: rooms[0]).count == 8)
            params.dryRun = false
            let (record, result) = try await scheduler.end(
                of: try await scheduler.submit(TaskRequest(PurgeHistoryAllRooms.self, params)).id, as: PurgeHistoryAllRooms.Result.self)
            #expect(record.status == .complete && result?.purgedRooms == 2 && result?.failedRooms == [:], "\(record)")
        }
        for room in rooms { #expect(try await server.messages(in: room).count == 1) }
        #expect(try await server.messages(in: other.rooms[0]).count == 8)
    }

    @Test func `many rooms are deleted, each in a task of its own`() async throws {
        let server = try await SynapseUnderTest.shared()
        try await withHomeserverWorker(server) { try await DeleteRoomsBodies.deletes(server, $0) }
    }

    @Test func `the room is gone, and the result names who was removed`() async throws {
        try await RoomDeleteBodies.deletes(SynapseUnderTest.shared())
    }
}

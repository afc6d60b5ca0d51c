import HomeserverTasks
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers

/// Progress and result of one task say the same, however it ends.
@Suite(.timeLimit(.minutes(2)))
struct SameTruthTests {
    @Test func `a cancelled redact shows what its result says`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 3, messages: 40)
            try await withHomeserverWorker(server) { scheduler in
                server.state.faults.inject(.slow(.milliseconds(20)), next: 10_000, pathContaining: "/redact/")
                let id = try await scheduler.submit(TaskRequest(RedactAllEvents.self, fixture.params)).id
                try await eventually("some redactions", timeout: .seconds(60)) { server.state.callCount("/redact/") > 30 }
                _ = try await scheduler.cancel(id, requestedBy: nil)
                try await scheduler.wait(for: id, status: .cancelled)
                let (record, result) = try await scheduler.end(of: id, as: RedactAllEvents.Result.self)
                #expect(result?.redacted ?? 0 > 0 && record.progress?.done == result.map { Int64($0.redacted) }, "\(record)")
                var redacted = 0
                for room in fixture.rooms { redacted += try await server.redactionCounts(in: room).count }
                #expect(result?.redacted == redacted && result?.verified == false && result?.notVerified.count == 1)
            }
        }
    }

    @Test func `a redact's progress has rooms as well`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 5, messages: 2)
            try await withHomeserverWorker(server) { scheduler in
                let id = try await scheduler.submit(TaskRequest(RedactAllEvents.self, fixture.params)).id
                let (record, _) = try await scheduler.end(of: id, as: RedactAllEvents.Result.self)
                var expected = TaskProgress(done: 15, total: 15)
                expected.parts = ["rooms": .init(done: 5, total: 5)]
                #expect(record.progress == expected)
            }
        }
    }

    @Test func `a chain that is complete shows all of its steps`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 2)
            try await withHomeserverWorker(server) { scheduler in
                let id = try await scheduler.submit(TaskRequest(RedactAndDeactivateUser.self, .init(userID: fixture.spammer.id))).id
                let (record, result) = try await scheduler.end(of: id, as: RedactAndDeactivateUser.Result.self)
                #expect(record.progress == TaskProgress(done: 3, total: 3) && result?.verified == true, "\(record)")
            }
        }
    }

    @Test(arguments: [true, false]) func `a cancelled purge counts the slice that the homeserver was at`(_ ends: Bool) async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 14)
            let bound = fixture.messages[fixture.rooms[0]]?[11] ?? ""
            let params = PurgeHistory.Params(roomID: fixture.rooms[0], purgeUpToEventID: bound, deleteLocalEvents: true)
            var settings = TestHandlers.settings
            settings.waitForCancelledSlice = ends ? .seconds(20) : .milliseconds(1)
            let handler = PurgeHistoryHandler(client: TestHandlers.client(server.configuration), settings: settings)
            let task = InMemoryTask()
            server.state.holdJobs()
            let attempt = Task { try await task.attempt(handler, params) }
            // Writes: the key, the bound, the plan, the purge's id.
            task.cancel(afterWrites: 4) { attempt.cancel() }
            // Who waits for a millisecond only may have left before a look.
            if ends {
                try await eventually("the first slice", timeout: .seconds(60)) {
                    server.state.callCount("GET /_synapse/admin/v1/purge_history_status") > 0
                }
                server.state.releaseJobs()
            }
            let result = try #require(try await attempt.value?.result(PurgeHistory.Result.self))
            #expect(result.slices == (ends ? 1 : 0) && (result.underWay ?? 0 > 0) == !ends, "\(result)")
            let done = task.progress?.done ?? 0
            #expect(ends ? done > 0 && done < (task.progress?.total ?? 0) : done == 0, "\(String(describing: task.progress))")
            server.state.releaseJobs()
        }
    }

    @Test func `a purge up to a time of a room that nobody knows fails`() async throws {
        try await SandboxUnderTest.run { server in
            let params = PurgeHistory.Params(roomID: "!nosuch:sandbox.test", purgeUpToTs: 1_764_000_000_000)
            await #expect(throws: FinalError.self) { try await InMemoryTask().attempt(TestHandlers.purge(server), params) }
        }
    }

    @Test func `of many rooms the first are told one by one, and how many more there are`() throws {
        let rooms = (0..<500).map { "!aRoomWhoseIdIsOfTheLengthThatVersion12Gives\(1000 + $0)" }
        var checkpoint = RedactCheckpoint()
        checkpoint.keep(rooms)
        #expect(checkpoint.rooms == nil && checkpoint.roomMarks != nil)
        checkpoint.know(rooms)
        func redact(_ room: String, pages: Int) {
            for _ in 0..<pages {
                checkpoint.count(3, already: 0, redacted: 3, in: room, checkpoint.open[room] ?? .init())
                checkpoint.bookPage(of: room)
            }
            checkpoint.finish(room, of: rooms)
        }
        for room in rooms.prefix(100) { redact(room, pages: 1) }
        // A second attempt, from which the homeserver has one room less.
        checkpoint = try JSONBytes(encoding: checkpoint).decode(RedactCheckpoint.self)
        let fewer = rooms.filter { $0 != rooms[7] }
        checkpoint.know(fewer)
        for room in fewer.dropFirst(99) { redact(room, pages: 2) }
        let report = RedactReport(checkpoint, rooms: fewer.count, doubts: [], media: nil)
        #expect(report.result.perRoom.count == 299 && report.perRoomOmitted == 200)
        #expect(report.result.perRoom[rooms[50]]?.redacted == 3 && report.result.perRoom[rooms[250]]?.redacted == 6)
        #expect(try JSONBytesSize.of(report) < 65_536)
    }
}

import HomeserverClient
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import Testing

@testable import Handlers

/// A redact says verified only where nothing of the user is readable, and what stays because nobody asked for it.
@Suite(.timeLimit(.minutes(2)))
struct VerifiedTests {
    private func redact(
        _ server: SandboxUnderTest, _ params: RedactAllEvents.Params, id: Int64 = 4711,
        _ change: (inout HomeserverConfiguration) -> Void = { _ in }
    ) async throws -> RedactAllEvents.Result {
        let outcome = try await InMemoryTask(id: id).attempt(TestHandlers.redact(server, change), params)
        return try #require(try outcome?.result(RedactAllEvents.Result.self))
    }

    @Test func `a deactivated user's readable rooms are no verified redact, and the param that takes them is named`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 3, messages: 4)
            try server.state.deactivate(fixture.spammer.id)
            var params = fixture.params
            for isDryRun in [true, false] {
                params.dryRun = isDryRun
                let blind = try await redact(server, params, id: isDryRun ? 1 : 2)
                #expect(blind.redacted == 0 && !blind.verified && blind.notVerified.count == 1)
                #expect(blind.notVerified.first?.contains("3 rooms") == true)
                #expect(blind.notVerified.first?.contains("include_left_rooms") == true)
            }
            params.includeLeftRooms = true
            let all = try await redact(server, params, id: 3)
            #expect(all.redacted == 15 && all.verified && all.notVerified.isEmpty)
            // Rooms that were left hold nothing readable now, and are no reason to doubt.
            #expect(try await redact(server, fixture.params, id: 4).verified)
        }
    }

    @Test func `a room that the user came into after the redact began is not called verified`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 3)
            let task = InMemoryTask()
            try await task.save(checkpoint: JSONBytes(encoding: RedactCheckpoint(rooms: [fixture.rooms[0]])), progress: nil)
            let outcome = try await task.attempt(TestHandlers.redact(server), fixture.params)
            let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
            #expect(result.redacted == 4 && !result.verified && result.notVerified.first?.contains("come into") == true)
        }
    }

    @Test func `nothing found of a user whom the homeserver does not know is not verified, in a dry run neither`() async throws {
        try await SandboxUnderTest.run { server in
            for isDryRun in [true, false] {
                var params = RedactAllEvents.Params(userID: "@nobody:sandbox.test")
                params.dryRun = isDryRun
                let result = try await redact(server, params, id: isDryRun ? 1 : 2)
                #expect(!result.verified && result.notVerified.first?.contains("no such user") == true)
                params.userID = "@somebody:elsewhere.test"
                let foreign = try await redact(server, params, id: isDryRun ? 3 : 4)
                #expect(!foreign.verified && foreign.notVerified.first?.contains("in no room") == true)
            }
        }
    }

    @Test func `what stays is counted by type, with the param or action that takes it`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 2)
            let (user, room) = (fixture.spammer.id, fixture.rooms[0])
            try server.state.setPower(of: user, to: 100, in: room)
            for type in ["m.sticker", "m.sticker", "m.reaction", "org.matrix.msc3381.poll.start", "org.example.beacon"] {
                try server.state.send(to: room, by: user, type: type, content: ["body": "spam"])
            }
            server.state.upload(3, by: user)
            // Left by now, with a word to all.
            try await server.leave(fixture.rooms[1], as: fixture.spammer)
            let stays = ["m.sticker": 2, "m.reaction": 1, "org.matrix.msc3381.poll.start": 1, "org.example.beacon": 1]
            var params = fixture.params
            for isDryRun in [true, false] {
                params.dryRun = isDryRun
                let result = try await redact(server, params, id: isDryRun ? 1 : 2)
                #expect(result.stays == stays && result.mediaStays == 3, "\(result)")
                #expect(result.notes.contains { $0.contains("event_types: [\"*\"]") && $0.contains("m.sticker: 2") }, "\(result.notes)")
                #expect(result.notes.contains { $0.contains("delete_user_media") }, "\(result.notes)")
            }
            (params.eventTypes, params.includeLeftRooms) = (["*"], false)
            params.rooms = [room]
            let all = try await redact(server, params, id: 3)
            #expect(all.redacted == 5 && all.stays.isEmpty && all.verified, "\(all)")
            let own = server.state.events(in: room).filter { $0.sender == user && $0.type != "m.room.redaction" }
            #expect(own.filter(\.redactions.isEmpty).map(\.type) == [])
        }
    }

    @Test func `what stays within bounds in time only is counted, once however often the attempt is killed`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 6)
            let now: Int64 = 1_764_000_000_000
            for moment in [now - 1, now, now + 1] {
                try server.state.send(
                    to: fixture.rooms[0], by: fixture.spammer.id, type: "m.sticker", content: [:], timestamp: Int(moment))
            }
            var params = fixture.params
            params.afterTs = now
            for point in 1... {
                let task = InMemoryTask(id: Int64(7000 + point))
                let first = try await task.attempt(TestHandlers.redact(server), params, diesAt: point)
                let outcome = try await first == nil ? task.attempt(TestHandlers.redact(server), params) : first
                let result = try #require(try outcome?.result(RedactAllEvents.Result.self))
                #expect(result.stays == ["m.sticker": 2], "killed at write \(point)")
                if first != nil { break }
            }
        }
    }

    // The bystander made the rooms, the admin is in one of them, without power.
    @Test func `without a way to act as the user, rooms where the admin may not redact go to the homeserver, as the user`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 2, messages: 3)
            try server.state.join(server.state.userID("admin"), to: fixture.rooms[0])
            let result = try await redact(server, fixture.params) { $0.puppet = .none }
            #expect(result.totals == RedactAllEvents.Result(redacted: 8, rooms: 2, verified: true), "\(result)")
            #expect(try await fixture.timesRedacted(server) == [1])
        }
    }

    @Test func `a device that was lost is made again, and no event counts as refused`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 5)
            server.state.faults.inject(
                .refusal(400, errcode: "M_UNKNOWN_DEVICE"), next: 2, skipping: 1, method: "PUT", pathContaining: "/redact/")
            let result = try await redact(server, fixture.params) {
                $0.puppet = .applicationService(asToken: server.applicationServiceToken)
            }
            #expect(result.redacted == 6 && result.failedRedactions.isEmpty && result.verified, "\(result)")
            #expect(try await fixture.timesRedacted(server) == [1])
            let lost = HomeserverError(.client, call: "redact an event", status: 400, errcode: "M_UNKNOWN_DEVICE")
            guard case .mayNotAct = EventRedaction.meaning(of: lost) else {
                Issue.record("a lost device counts against the event")
                return
            }
        }
    }

    @Test func `beside an authentication service a deactivation is refused, and nothing is redacted for it`() async throws {
        try await SandboxUnderTest.run { server in
            let fixture = try await SpamFixture(server, rooms: 1, messages: 2)
            server.state.faults.inject(
                .refusal(404, errcode: "M_UNRECOGNIZED"), next: 1000, method: "GET", pathContaining: "@admin:sandbox.test/admin")
            let handler = DeactivateUserHandler(client: TestHandlers.client(server.configuration), settings: TestHandlers.settings)
            let error = await #expect(throws: FinalError.self) {
                try await InMemoryTask().attempt(handler, .init(userID: fixture.spammer.id))
            }
            #expect("\(try #require(error))".contains("MAS"))
            try await withHomeserverWorker(server) { scheduler in
                let id = try await scheduler.submit(TaskRequest(RedactAndDeactivateUser.self, .init(userID: fixture.spammer.id))).id
                let record = try #require(try await scheduler.wait(for: id, timeout: .seconds(20)))
                #expect(record.status == .failed && record.error?.contains("MAS") == true, "\(record)")
                #expect(try await scheduler.all(RedactAllEvents.name).isEmpty)
            }
            #expect(!server.state.isDeactivated(fixture.spammer.id))
        }
    }
}

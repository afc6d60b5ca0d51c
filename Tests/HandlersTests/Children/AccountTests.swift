import Foundation
import HomeserverTasks
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct AccountTests {
    @Test func `redact, deactivate, and redact what came between`() async throws {
        try await SandboxUnderTest.run { server in
            try await withHomeserverWorker(server) { try await AccountBodies.redactsAndDeactivates(server, $0) }
        }
    }

    @Test func `a user of another server is refused before anything is redacted`() async throws {
        try await SandboxUnderTest.run { server in
            try await withHomeserverWorker(server) { scheduler in
                let id = try await scheduler.submit(TaskRequest(RedactAndDeactivateUser.self, .init(userID: "@a:elsewhere.test"))).id
                let record = try #require(try await scheduler.wait(for: id, timeout: .seconds(20)))
                #expect(record.status == .failed && record.error?.contains("this homeserver") == true)
                #expect(try await scheduler.all(RedactAllEvents.name).isEmpty)
            }
        }
    }

    @Test func `deactivating waits until all rooms are left, and again does no harm`() async throws {
        try await SandboxUnderTest.run { server in
            let spam = try await SpamFixture(server, rooms: 3, messages: 1)
            let handler = DeactivateUserHandler(client: TestHandlers.client(server.configuration), settings: TestHandlers.settings)
            for id in [1, 2] as [Int64] {
                let outcome = try await InMemoryTask(id: id).attempt(handler, .init(userID: spam.spammer.id, erase: true))
                #expect(try outcome?.result(DeactivateUser.Result.self) == DeactivateUser.Result(idServerUnbindResult: "success"))
            }
            #expect(server.state.isDeactivated(spam.spammer.id))
        }
    }

    @Test func `a deactivation whose chain was cancelled does not happen`() async throws {
        try await SandboxUnderTest.run { server in
            let spam = try await SpamFixture(server, rooms: 1, messages: 1)
            try await withHomeserverWorker(server) { scheduler in
                let later = Date.now.addingTimeInterval(3600)
                let request = try TaskRequest(RedactAndDeactivateUser.self, .init(userID: spam.spammer.id), runAt: later)
                let parent = try await scheduler.submit(request).id
                let params = DeactivateUser.Params(userID: spam.spammer.id, parentTaskID: parent.description)
                #expect(try JSONBytes(encoding: params).decode(DeactivateUser.Params.self) == params)
                let child = try await scheduler.submit(TaskRequest(DeactivateUser.self, params, runAt: later)).id
                _ = try await scheduler.cancel(parent, requestedBy: nil)
                _ = try await scheduler.retry(child)
                try await scheduler.wait(for: child, status: .cancelled)
                #expect(!server.state.isDeactivated(spam.spammer.id))
            }
        }
    }

    @Test func `an unknown user is a failure with the homeserver's reason`() async throws {
        try await SandboxUnderTest.run { server in
            let handler = DeactivateUserHandler(client: TestHandlers.client(server.configuration), settings: TestHandlers.settings)
            guard
                case .failed(let error, _) = try #require(
                    try await InMemoryTask().attempt(handler, .init(userID: "@nobody:sandbox.test")))
            else {
                Issue.record("it did not fail")
                return
            }
            #expect(error.contains("User not found"))
        }
    }

    @Test func `all pages of a user's media are deleted, whenever an attempt is killed`() async throws {
        try await SandboxUnderTest.run { server in
            var settings = TestHandlers.settings
            settings.mediaAtOnce = 10
            let handler = DeleteUserMediaHandler(client: TestHandlers.client(server.configuration), settings: settings)
            for point in 1...5 {
                let user = try await server.makeUser()
                server.state.upload(35, by: user.id)
                let task = InMemoryTask(id: Int64(point))
                _ = try? await task.attempt(handler, .init(userID: user.id), diesAt: point)
                let outcome = try await task.attempt(handler, .init(userID: user.id))
                let deleted = try #require(try outcome?.result(DeleteUserMedia.Result.self)?.deleted)
                // A page that was deleted and not noted is not counted.
                #expect(deleted >= 25 && deleted <= 35, "killed at write \(point)")
                #expect(server.state.media(of: user.id).count == 0)
            }
        }
    }

    @Test func `a user's media are quarantined, once`() async throws {
        try await SandboxUnderTest.run { server in
            let user = try await server.makeUser()
            server.state.upload(7, by: user.id)
            let handler = QuarantineUserMediaHandler(client: TestHandlers.client(server.configuration), settings: TestHandlers.settings)
            for expected in [7, 0] {
                let outcome = try await InMemoryTask().attempt(handler, .init(userID: user.id))
                #expect(try outcome?.result(QuarantineUserMedia.Result.self)?.quarantined == expected)
            }
            #expect(server.state.media(of: user.id) == (7, 7))
            guard case .failed = try await InMemoryTask().attempt(handler, .init(userID: "@nobody:sandbox.test")) else {
                Issue.record("nothing of nobody was quarantined, and that was complete")
                return
            }
        }
    }

    @Test func `the cache is purged up to a time in milliseconds`() async throws {
        try await SandboxUnderTest.run { server in
            let time: Int64 = 1_700_000_000_000
            server.state.cacheMedia(lastUsed: (-5..<3).map { Int(time) + $0 })
            let handler = PurgeMediaCacheHandler(client: TestHandlers.client(server.configuration), settings: TestHandlers.settings)
            let outcome = try await InMemoryTask().attempt(handler, .init(beforeTs: time))
            #expect(try outcome?.result(PurgeMediaCache.Result.self)?.deleted == 5)
            #expect(server.state.cachedMediaCount == 3)
            #expect(throws: InvalidParams.self) { try PurgeMediaCache.validate(.init(beforeTs: 1_700_000_000)) }
        }
    }
}

/// What must hold on every homeserver.
enum AccountBodies {
    static func redactsAndDeactivates(_ server: any HomeserverUnderTest, _ scheduler: TaskScheduler) async throws {
        let spam = try await SpamFixture(server, rooms: 2, messages: 4)
        try await server.leave(spam.rooms[0], as: spam.spammer)
        let id = try await scheduler.submit(TaskRequest(RedactAndDeactivateUser.self, .init(userID: spam.spammer.id, reason: "spam"))).id
        let (record, result) = try await scheduler.end(of: id, as: RedactAndDeactivateUser.Result.self)
        #expect(record.status == .complete && result?.verified == true && result?.redacted == 10 && result?.tasks.count == 3, "\(record)")
        let times = try await spam.timesRedacted(server)
        #expect(times.isSubset(of: server.timesByItself), "\(times) \(record)")
        await #expect(throws: (any Error).self) { try await server.send(1, to: spam.rooms[1], as: spam.spammer) }
    }
}

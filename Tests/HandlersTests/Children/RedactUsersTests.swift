import HomeserverTasks
import SandboxHomeserver
import Scheduler
import SchedulerTesting
import Testing

@testable import Handlers

@Suite(.timeLimit(.minutes(2)))
struct RedactUsersTests {
    @Test func `every user gets a task of their own, under one progress`() async throws {
        try await SandboxUnderTest.run { server in
            var spam: [SpamFixture] = []
            for _ in 0..<5 { spam.append(try await SpamFixture(server, rooms: 2, messages: 3)) }
            let users = spam.map(\.spammer.id)
            try await withHomeserverWorker(server, change: { $0.childrenAtOnce = 2 }) { scheduler in
                let request = try TaskRequest(RedactUsers.self, .init(users: users + [users[0]]), requestedBy: "@admin:sandbox.test")
                let parent = try await scheduler.submit(request).id
                let (record, result) = try await scheduler.end(of: parent, as: RedactUsers.Result.self)
                #expect(record.status == .complete && record.progress == TaskProgress(done: 5, total: 5), "\(record)")
                #expect(result == RedactUsers.Result(users: 5, redacted: 40, verified: 5))
                let children = try await scheduler.all(RedactAllEvents.name)
                #expect(children.map(\.resourceID) == users)
                #expect(children.allSatisfy { $0.requestedBy == "@admin:sandbox.test" })
            }
            for fixture in spam { #expect(try await fixture.timesRedacted(server) == [1]) }
        }
    }

    @Test func `a child that fails is named, the others are done`() async throws {
        try await SandboxUnderTest.run { server in
            let spam = try await SpamFixture(server, rooms: 1, messages: 3)
            try await withHomeserverWorker(server) { scheduler in
                server.state.faults.inject(.status(400), next: 1000, pathContaining: "@nobody:sandbox.test")
                let users = ["@nobody:sandbox.test", spam.spammer.id]
                let parent = try await scheduler.submit(TaskRequest(RedactUsers.self, .init(users: users))).id
                // Retries would take minutes: what cannot succeed is cancelled by hand.
                try await eventually("the children") { try await scheduler.all(RedactAllEvents.name).count == 2 }
                _ = try await scheduler.cancel(try await scheduler.all(RedactAllEvents.name)[0].id, requestedBy: nil)
                let (record, result) = try await scheduler.end(of: parent, as: RedactUsers.Result.self)
                #expect(record.progress == TaskProgress(done: 2, total: 2, failed: 1))
                #expect(result?.failedUsers.keys.sorted() == [users[0]] && result?.verified == 1)
            }
        }
    }

    @Test func `a user whose id is as long as ids may be stands in nobody's way`() async throws {
        try await SandboxUnderTest.run { server in
            let spam = try await SpamFixture(server, rooms: 1, messages: 3)
            let long = "@" + String(repeating: "a", count: 239) + ":elsewhere.test"
            #expect(long.utf8.count == 255)
            try await withHomeserverWorker(server) { scheduler in
                let parent = try await scheduler.submit(TaskRequest(RedactUsers.self, .init(users: [long, spam.spammer.id]))).id
                let (record, result) = try await scheduler.end(of: parent, as: RedactUsers.Result.self)
                #expect(record.status == .complete && result?.redacted == 4 && result?.verified == 1, "\(record)")
                // Of another server, and seen in no room: nothing says that the id is right.
                #expect(result?.unverifiedUsers[long]?.contains("user_id") == true)
            }
        }
    }

    @Test func `a user for whom no task can be made counts as failed`() {
        var checkpoint = BulkCheckpoint()
        checkpoint.submitted(nil, at: 0)
        checkpoint.refused("@a:x", "no", at: 0)
        #expect(checkpoint.ended == 1 && checkpoint.next == 1 && checkpoint.held.isEmpty && checkpoint.open.isEmpty)
        #expect(checkpoint.result(of: 1).failedUsers == ["@a:x": "no"])
    }

    @Test func `a dry run tells what the redacts of all users would do`() async throws {
        try await SandboxUnderTest.run { server in
            let spam = [try await SpamFixture(server, rooms: 2, messages: 3), try await SpamFixture(server, rooms: 1, messages: 2)]
            var redact = RedactAllEvents.Params(userID: "")
            redact.dryRun = true
            try await withHomeserverWorker(server) { scheduler in
                let params = RedactUsers.Params(users: spam.map(\.spammer.id), redact: redact)
                let dry = try await scheduler.submit(TaskRequest(RedactUsers.self, params)).id
                let (_, counted) = try await scheduler.end(of: dry, as: RedactUsers.Result.self)
                #expect(counted == RedactUsers.Result(users: 2, wouldRedact: 11))
            }
        }
    }

    @Test func `a user whose redact is complete and not verified is named`() async throws {
        try await SandboxUnderTest.run { server in
            let spam = try await SpamFixture(server, rooms: 1, messages: 3)
            try await withHomeserverWorker(server) { scheduler in
                let users = [spam.spammer.id, "@nobody:sandbox.test"]
                let redact = RedactAllEvents.Params(userID: "", rooms: ["!nosuch:sandbox.test"] + spam.rooms)
                let parent = try await scheduler.submit(TaskRequest(RedactUsers.self, .init(users: users, redact: redact))).id
                let (_, result) = try await scheduler.end(of: parent, as: RedactUsers.Result.self)
                #expect(result?.unverifiedUsers.keys.sorted() == users.sorted() && result?.verified == 0 && result?.redacted == 4)
                #expect(result?.unverifiedUsers[users[1]]?.contains("no such user") == true && result?.notVerified.count == 1)
            }
        }
    }

    @Test func `cancelling the parent stops the children that run and those that wait`() async throws {
        try await SandboxUnderTest.run { server in
            var spam: [SpamFixture] = []
            for _ in 0..<3 { spam.append(try await SpamFixture(server, rooms: 1, messages: 40)) }
            try await withHomeserverWorker(server) { scheduler in
                server.state.faults.inject(.slow(.milliseconds(100)), next: 10_000, pathContaining: "/redact/")
                let parent = try await scheduler.submit(TaskRequest(RedactUsers.self, .init(users: spam.map(\.spammer.id)))).id
                try await eventually("the first redaction") { server.state.callCount("/redact/") > 0 }
                _ = try await scheduler.cancel(parent, requestedBy: "@admin:sandbox.test")
                try await scheduler.wait(for: parent, status: .cancelled)
                for child in try await scheduler.all(RedactAllEvents.name) {
                    try await scheduler.wait(for: child.id, status: .cancelled)
                }
                let sent = server.state.callCount("PUT /_matrix/client/v3/rooms/{room}/redact")
                #expect(sent < 120)
            }
        }
    }

    @Test func `a redact of a user that somebody else asked for is waited for, then the parent's own is done`() async throws {
        try await SandboxUnderTest.run { server in
            let spam = try await SpamFixture(server, rooms: 1, messages: 10)
            try await withHomeserverWorker(server) { scheduler in
                server.state.faults.inject(.slow(.milliseconds(30)), next: 10_000, pathContaining: "/redact/")
                var limited = spam.params
                limited.limit = 4
                let other = try await scheduler.submit(TaskRequest(RedactAllEvents.self, limited)).id
                let parent = try await scheduler.submit(TaskRequest(RedactUsers.self, .init(users: [spam.spammer.id]))).id
                let (_, result) = try await scheduler.end(of: parent, as: RedactUsers.Result.self)
                #expect(result == RedactUsers.Result(users: 1, redacted: 7, alreadyRedacted: 4, verified: 1))
                #expect(try await scheduler.task(other)?.status == .complete)
                #expect(try await scheduler.all(RedactAllEvents.name).count == 2)
            }
            #expect(try await spam.timesRedacted(server) == [1])
        }
    }

    @Test func `the users are checked, and the keys of a redact stand beside them`() throws {
        let params = try JSONBytes(#"{"users": ["@a:x", "@b:x"], "reason": "spam", "include_left_rooms": true, "limit": 5}"#)
            .decode(RedactUsers.Params.self)
        #expect(params.redact.reason == "spam" && params.redact.includeLeftRooms && params.redact.limit == 5)
        #expect(try JSONBytes(encoding: params).decode(RedactUsers.Params.self) == params)
        try RedactUsers.validate(params)
        func field(_ json: String) -> String? {
            do {
                try RedactUsers.validate(JSONBytes(json).decode(RedactUsers.Params.self))
                return nil
            } catch {
                return (error as? InvalidParams)?.field
            }
        }
        #expect(field(#"{"users": []}"#) == "users" && field(#"{"users": ["@a:x", "a"]}"#) == "users.[1]")
        #expect(field(#"{"users": ["@a:x"], "limit": -1}"#) == "limit")
        let many = (0...RedactUsers.mostUsers).map { "\"@\($0):x\"" }.joined(separator: ",")
        #expect(field("{\"users\": [\(many)]}") == "users")
    }
}

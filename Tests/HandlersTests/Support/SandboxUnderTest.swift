import AsyncHTTPClient
import Foundation
import Handlers
import HomeserverClient
import Logging
import SandboxHomeserver
import Synchronization

/// The sandbox homeserver, running for one test.
struct SandboxUnderTest: HomeserverUnderTest {
    let state: SandboxState
    let configuration: HomeserverConfiguration
    let applicationServiceToken = "sandbox-application-service"

    static func run<R: Sendable>(_ body: (SandboxUnderTest) async throws -> R) async throws -> R {
        var settings = SandboxSettings()
        settings.purgeDuration = .milliseconds(2)
        settings.roomDeletionDuration = .milliseconds(2)
        let state = SandboxState(settings: settings)
        let admin = try state.createUser("admin", admin: true)
        var logger = Logger(label: "sandbox-test")
        logger.logLevel = .error
        return try await SandboxHomeserver(state: state, logger: logger).withServer { address in
            var configuration = HomeserverConfiguration(url: address.url, adminToken: admin)
            // A busy machine is no reason to call a homeserver unreachable.
            configuration.timeouts.prepare = .seconds(50)
            return try await body(SandboxUnderTest(state: state, configuration: configuration))
        }
    }

    func makeUser() async throws -> TestUser {
        let name = "user\(SandboxUnderTest.counter.withLock { $0 += 1; return $0 })"
        return TestUser(id: state.userID(name), token: try state.createUser(name))
    }

    private static let counter = Mutex(0)

    func makeRoom(by owner: TestUser, members: [TestUser]) async throws -> String {
        let room = try state.createRoom(creator: owner.id)
        // Not in one millisecond with the first message.
        let joined = Int(Date().timeIntervalSince1970 * 1000) - 1000
        for member in members { try state.join(member.id, to: room, timestamp: joined) }
        return room
    }

    func send(_ count: Int, to room: String, as user: TestUser) async throws -> [String] {
        try (0..<count).map { try state.send(to: room, by: user.id, content: ["msgtype": "m.text", "body": .string("message \($0)")]) }
    }

    func leave(_ room: String, as user: TestUser) async throws { try state.leave(user.id, from: room) }
    func kick(_ user: TestUser, from room: String, by owner: TestUser) async throws { try state.kick(user.id, from: room) }
    func ban(_ user: TestUser, from room: String, by owner: TestUser) async throws { try state.ban(user.id, from: room) }

    func redactionCounts(in room: String) async throws -> [String: Int] {
        state.events(in: room).reduce(into: [:]) { counts, event in
            if !event.redactions.isEmpty { counts[event.id] = event.redactions.count }
        }
    }

    func messages(in room: String) async throws -> [String] { state.messages(in: room).map(\.id) }
    func roomExists(_ room: String) async throws -> Bool { state.rooms.contains(room) }
}

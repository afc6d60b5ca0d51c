import AsyncHTTPClient
import HomeserverClient
import SchedulerTesting
import Synchronization
import Testing

/// A real Synapse, shared by the tests of this process.
struct SynapseUnderTest: HomeserverUnderTest {
    let synapse: RealSynapse

    static func shared() async throws -> SynapseUnderTest { SynapseUnderTest(synapse: try await RealSynapse.shared()) }

    var configuration: HomeserverConfiguration { HomeserverConfiguration(url: synapse.url, adminToken: synapse.adminToken) }
    var applicationServiceToken: String { synapse.asToken }

    func makeUser() async throws -> TestUser {
        let user = try await synapse.client.makeUser("user")
        Self.users.withLock { $0[user.id] = user }
        return TestUser(id: user.id, token: user.token)
    }

    func makeRoom(by owner: TestUser, members: [TestUser]) async throws -> String {
        try await synapse.client.createRoom(by: try user(owner), members: try members.map(user))
    }

    func send(_ count: Int, to room: String, as sender: TestUser) async throws -> [String] {
        try await synapse.client.sendMessages(count, to: room, as: try user(sender), inFlight: 1)
    }

    /// Sends messages, three of them under way at any moment.
    func sendAtOnce(_ count: Int, to room: String, as sender: TestUser) async throws -> [String] {
        try await synapse.client.sendMessages(count, to: room, as: try user(sender), inFlight: 3)
    }

    /// Uploads a small file.
    func upload(by user: TestUser) async throws {
        var request = HTTPClientRequest(url: configuration.url + "/_matrix/media/v3/upload")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(user.token)")
        request.headers.add(name: "Content-Type", value: "text/plain")
        request.body = .bytes(.init(string: "spam"))
        let answer = try await TestHandlers.http.execute(request, timeout: .seconds(20))
        try #require(answer.status == .ok)
    }

    /// Sends an event of any type.
    func sendEvent(_ type: String, to room: String, as user: TestUser) async throws {
        let path = "/_matrix/client/v3/rooms/\(room)/send/\(type)/any-\(type)"
        var request = HTTPClientRequest(url: configuration.url + path)
        request.method = .PUT
        request.headers.add(name: "Authorization", value: "Bearer \(user.token)")
        request.body = .bytes(.init(string: #"{"body": "spam"}"#))
        let answer = try await TestHandlers.http.execute(request, timeout: .seconds(20))
        try #require(answer.status == .ok)
    }

    /// Lets a user believe that it goes on sending.
    func shadowBan(_ user: TestUser) async throws {
        try await synapse.client.require("POST", "/_synapse/admin/v1/users/\(SynapseClient.encoded(user.id))/shadow_ban")
    }

    func leave(_ room: String, as leaver: TestUser) async throws { try await synapse.client.leave(room, as: try user(leaver)) }

    func kick(_ member: TestUser, from room: String, by owner: TestUser) async throws {
        try await synapse.client.kick(try user(member), from: room, by: try user(owner))
    }

    func ban(_ member: TestUser, from room: String, by owner: TestUser) async throws {
        try await synapse.client.ban(try user(member), from: room, by: try user(owner))
    }

    var timesByItself: Set<Int> { [1, 2] }

    func redactionCounts(in room: String) async throws -> [String: Int] { try await synapse.client.redactionCounts(in: room) }

    func messages(in room: String) async throws -> [String] {
        try await synapse.client.readAllMessages(in: room).filter { $0.type == "m.room.message" }.map(\.id)
    }

    func roomExists(_ room: String) async throws -> Bool { try await synapse.client.roomExists(room) }

    private static let users = Mutex<[String: SynapseUser]>([:])

    private func user(_ user: TestUser) throws -> SynapseUser {
        try #require(Self.users.withLock { $0[user.id] }, "\(user.id) was not made here")
    }
}

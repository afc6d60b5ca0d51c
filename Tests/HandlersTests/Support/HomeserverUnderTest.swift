import HomeserverClient

/// A user of a homeserver under test.
struct TestUser: Sendable, Hashable {
    let id: String
    let token: String
}

/// A homeserver that tests fill with users, rooms and messages, and read back.
protocol HomeserverUnderTest: Sendable {
    /// How the handlers reach it, with the admin's login as puppet.
    var configuration: HomeserverConfiguration { get }
    /// The token of its application service.
    var applicationServiceToken: String { get }
    /// How often an event may be redacted in a room where only the homeserver itself can.
    ///
    /// Synapse 1.163.2 now and then runs one of its own tasks twice: it lists the active ones, and begins those that are no longer running when
    /// it comes to them, also when they have ended meanwhile.
    var timesByItself: Set<Int> { get }

    func makeUser() async throws -> TestUser
    /// Makes a room that its members join.
    func makeRoom(by owner: TestUser, members: [TestUser]) async throws -> String
    /// Sends messages, one after another.
    ///
    /// - Returns: their ids, oldest first.
    func send(_ count: Int, to room: String, as user: TestUser) async throws -> [String]
    func leave(_ room: String, as user: TestUser) async throws
    func kick(_ user: TestUser, from room: String, by owner: TestUser) async throws
    func ban(_ user: TestUser, from room: String, by owner: TestUser) async throws
    /// Event id to how many redactions it has.
    func redactionCounts(in room: String) async throws -> [String: Int]
    /// The ids of the messages that the homeserver still has, oldest first.
    func messages(in room: String) async throws -> [String]
    func roomExists(_ room: String) async throws -> Bool
}

extension HomeserverUnderTest {
    var timesByItself: Set<Int> { [1] }
}

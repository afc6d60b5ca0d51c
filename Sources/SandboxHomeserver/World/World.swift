import Foundation

/// Everything the sandbox knows: a value without I/O, whose rules stand in the extensions of this folder.
struct World: Sendable {
    let serverName: String
    var settings = SandboxSettings()
    var identifiers = Identifiers()
    var users: [String: User] = [:]
    var sessions: [String: Session] = [:]
    var rooms: [String: Room] = [:]
    var events: [String: Event] = [:]
    var blockedRooms: Set<String> = []
    var transactions: [Transaction: String] = [:]
    var jobs: [String: Job] = [:]
    /// Job ids in order of submission.
    var jobOrder: [String] = []
    /// Errors with which the next jobs of an action shall end, first one first.
    var plannedFailures: [JobAction: [String]] = [:]
    var stream = 0
    /// When each cached file of another server was last used.
    var cachedMedia: [Int] = []

    init(serverName: String) { self.serverName = serverName }

    /// A client's transaction id: remembered for a device, so that a repeated call has no second effect.
    struct Transaction: Hashable, Sendable {
        let roomID: String
        let userID: String
        let deviceID: String
        let id: String
    }

    /// Milliseconds since 1970, the clock of every event.
    static func now() -> Int { Int(Date().timeIntervalSince1970 * 1000) }

    func isLocal(_ userID: String) -> Bool { userID.hasSuffix(":" + serverName) }

    static func isUserID(_ text: String) -> Bool { text.hasPrefix("@") && text.contains(":") }

    /// Room ids of version 12 have no domain, older ones have one.
    static func isRoomID(_ text: String) -> Bool {
        guard text.hasPrefix("!"), text.count > 1 else { return false }
        if text.contains(":") { return true }
        return text.dropFirst().count == 43
            && text.dropFirst().allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
    }

    func room(_ roomID: String) throws(SandboxRefusal) -> Room {
        guard let room = rooms[roomID] else { throw .notFound("Room not found") }
        return room
    }

    func localUser(_ userID: String, elsewhere: String, unknown: String) throws(SandboxRefusal) -> User {
        guard isLocal(userID) else { throw .bad(elsewhere) }
        guard let user = users[userID] else { throw .notFound(unknown) }
        return user
    }
}

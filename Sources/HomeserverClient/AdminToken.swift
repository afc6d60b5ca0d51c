import Synchronization

/// The admin's access token, read again from where it came when the homeserver refuses it.
final class AdminToken: Sendable {
    private let token: Mutex<String>
    private let read: (@Sendable () async -> String?)?

    init(_ token: String, read: (@Sendable () async -> String?)?) {
        self.token = Mutex(token)
        self.read = read
    }

    /// The one to call with.
    var current: String { token.withLock { $0 } }

    /// Whether there is another one than the one that was refused.
    func isRenewed(after refused: String) async -> Bool {
        if current != refused { return true }
        guard let new = await read?(), !new.isEmpty, new != refused else { return false }
        token.withLock { $0 = new }
        return true
    }
}

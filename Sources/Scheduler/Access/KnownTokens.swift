import Crypto
import Synchronization

/// Tokens that were good a moment ago, by the hash of their secret: many requests of one caller make one look-up a second.
///
/// A token that is revoked elsewhere is refused a second later; one that is revoked here, at once. Bounded (I9).
final class KnownTokens: Sendable {
    private struct Entry {
        let token: AccessToken
        let until: ContinuousClock.Instant
    }

    private static let lifetime = Duration.seconds(1)
    private static let most = 1000

    private let entries = Mutex<[SHA256Digest: Entry]>([:])

    func find(_ hash: SHA256Digest) -> AccessToken? {
        entries.withLock { entries in entries[hash].flatMap { $0.until > .now ? $0.token : nil } }
    }

    func remember(_ token: AccessToken, _ hash: SHA256Digest) {
        entries.withLock { entries in
            if entries.count >= Self.most { entries.removeAll(keepingCapacity: true) }
            entries[hash] = Entry(token: token, until: .now + Self.lifetime)
        }
    }

    func forgetAll() { entries.withLock { $0.removeAll() } }
}

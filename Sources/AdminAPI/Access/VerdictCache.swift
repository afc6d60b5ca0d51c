import Crypto
import Foundation

/// Remembers what the homeserver said of a token, by the token's hash: admins for a minute, others for seconds.
///
/// Many requests with one token make one look-up, and the number of remembered tokens is bounded (I9).
actor VerdictCache {
    private struct Entry {
        let verdict: AdminVerdict
        let expires: ContinuousClock.Instant
    }

    private let verify: @Sendable (String) async throws -> AdminVerdict
    private let settings: AdminAPISettings
    private let places: PeerPlaces
    private var entries: [SHA256Digest: Entry] = [:]
    private var lookups: [SHA256Digest: Task<AdminVerdict, any Error>] = [:]

    /// A cache in front of a look-up, which must be bounded in time.
    init(settings: AdminAPISettings, verify: @escaping @Sendable (String) async throws -> AdminVerdict) {
        self.verify = verify
        self.settings = settings
        places = PeerPlaces(inAll: settings.maximumCachedTokens, forEachPeer: settings.maximumLookupsPerPeer)
    }

    /// What the homeserver says of the token.
    ///
    /// - Parameter caller: the address that asks; whoever sends many tokens that nobody knows leaves room for others
    /// - Throws: what the look-up throws, 429 or 503 when there is no place for one more; failures are not remembered.
    func verdict(of token: String, from caller: String) async throws -> AdminVerdict {
        let key = SHA256.hash(data: Data(token.utf8))
        if let entry = entries[key], entry.expires > .now { return entry.verdict }
        if let lookup = lookups[key] { return try await lookup.value }
        let place = try places.take(caller)
        // Not a child of the request that came first: the others wait for it too. The homeserver's client bounds its time.
        let lookup = Task { [verify] in try await verify(token) }
        lookups[key] = lookup
        defer {
            lookups[key] = nil
            place.leave()
        }
        let verdict = try await lookup.value
        remember(verdict, key)
        return verdict
    }

    private func remember(_ verdict: AdminVerdict, _ key: SHA256Digest) {
        let lifetime =
            switch verdict {
            case .admin: settings.adminCacheTime
            case .refused: settings.refusalCacheTime
            }
        if entries.count >= settings.maximumCachedTokens {
            entries = entries.filter { $0.value.expires > .now }
            if entries.count >= settings.maximumCachedTokens, let oldest = entries.min(by: { $0.value.expires < $1.value.expires })?.key {
                entries[oldest] = nil
            }
        }
        entries[key] = Entry(verdict: verdict, expires: .now + lifetime)
    }
}

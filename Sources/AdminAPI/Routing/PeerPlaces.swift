import Hummingbird
import Synchronization

/// Places that requests hold while they use something that there is little of: so many in all, and so many for each peer (I9).
///
/// A peer is an address of IPv4 or a /64 of IPv6, so that nobody has more places by having many addresses.
final class PeerPlaces: Sendable {
    /// A place, held until ``leave()`` or until nobody refers to it any more.
    final class Place: Sendable {
        private let places: PeerPlaces
        private let peer: [UInt8]
        private let isHeld = Atomic<Bool>(true)

        fileprivate init(_ places: PeerPlaces, _ peer: [UInt8]) {
            self.places = places
            self.peer = peer
        }

        /// Gives the place back; once is enough.
        func leave() {
            if isHeld.exchange(false, ordering: .relaxed) { places.giveBack(peer) }
        }

        deinit { leave() }
    }

    private struct Taken {
        var all = 0
        var byPeer: [[UInt8]: Int] = [:]
    }

    private let inAll: Int
    private let forEachPeer: Int
    private let taken = Mutex(Taken())

    init(inAll: Int, forEachPeer: Int) {
        self.inAll = inAll
        self.forEachPeer = forEachPeer
    }

    /// Takes a place for a request of this address.
    ///
    /// - Throws: 429 `M_LIMIT_EXCEEDED` when the peer has all that one may have, 503 when all are taken; both say when to come back.
    func take(_ caller: String) throws -> Place {
        let peer = NetworkAddress(caller)?.subscriber ?? Array(caller.utf8)
        try taken.withLock { taken in
            let count = taken.byPeer[peer] ?? 0
            guard count < forEachPeer else { throw Self.tooMany }
            guard taken.all < inAll else {
                throw APIError.unavailable("All places for this are taken by requests of others; try again.")
            }
            taken.all += 1
            taken.byPeer[peer] = count + 1
        }
        return Place(self, peer)
    }

    /// Places that are taken now.
    var count: Int { taken.withLock { $0.all } }

    private func giveBack(_ peer: [UInt8]) {
        taken.withLock { taken in
            taken.all -= 1
            let count = (taken.byPeer[peer] ?? 1) - 1
            taken.byPeer[peer] = count > 0 ? count : nil
        }
    }

    private static var tooMany: APIError {
        var error = APIError(
            .tooManyRequests, "M_LIMIT_EXCEEDED", "Too many requests of this address are under way at once; wait for their answers.",
            members: ["retry_after_ms": .integer(1000)])
        error.retryAfter = 1
        return error
    }
}

import HomeserverClient
import Scheduler

/// Goes through all rooms once, several at a time.
struct RedactPass: Sendable {
    enum End: Sendable {
        case done
        /// Only rooms are left that other tasks hold.
        case held
        /// Something that passes by itself was in the way.
        case troubled(any Error)
    }

    private enum RoomEnd: Sendable {
        case done
        case held
        /// The homeserver fails in this room.
        case failing(HomeserverError)
        /// Nothing works just now.
        case troubled(any Error)
    }

    /// Rooms that may fail before no further one is begun; each stays open in the checkpoint, which is bounded.
    private static let mostFailing = 8

    let work: RedactWork
    /// All rooms, ascending.
    let rooms: [String]

    func run() async throws -> End {
        try await withThrowingTaskGroup(of: (String, RoomEnd).self) { group in
            var (busy, held, rank) = (Set<String>(), Set<String>(), 0)
            var (trouble, failing, failures): ((any Error)?, HomeserverError?, Int) = (nil, nil, 0)
            while true {
                while trouble == nil, failures < Self.mostFailing, busy.count < work.roomsAtOnce, !Task.isCancelled,
                    let room = await work.ledger.checkpoint.finished.next(of: rooms, excluding: busy.union(held))
                {
                    busy.insert(room)
                    group.addTask { [rank] in (room, try await end(of: room, rank: rank)) }
                    rank += 1
                }
                guard let (room, end) = try await group.next() else { break }
                busy.remove(room)
                switch end {
                case .done: break
                case .held: held.insert(room)
                case .failing(let error):
                    failing = error
                    failures += 1
                    held.insert(room)
                case .troubled(let error): trouble = trouble ?? error
                }
            }
            try Task.checkCancellation()
            if let trouble = trouble ?? failing { return .troubled(trouble) }
            return held.isEmpty ? .done : .held
        }
    }

    private func end(of roomID: String, rank: Int) async throws -> RoomEnd {
        let checkpoint = await work.ledger.checkpoint
        // A room that is given up stays given up in later passes.
        if checkpoint.failedRooms.contains(roomID) { return try await finish(roomID) }
        let room = RoomRedaction(work: work, roomID: roomID, rank: rank)
        let key = RoomKey.of(roomID)
        var isHeld = false
        do {
            // Looking changes nothing, so that a room where nothing is left is not asked for.
            if checkpoint.pass > 0, checkpoint.open[roomID] == nil, try await !room.holdsReadable() {
                let rooms = rooms
                await work.ledger.note { $0.finish(roomID, of: rooms) }
                return .done
            }
            guard try await work.context.acquire(key) else { return .held }
            isHeld = true
            try await room.run()
        } catch let failure as RoomFailure {
            await work.ledger.note { $0.giveUp(roomID, failure.reason) }
        } catch let error as HomeserverError {
            if isHeld { try await work.context.release(key) }
            return try await troubled(error, in: roomID)
        } catch let error as StillRunning {
            return .troubled(error)
        }
        let end = try await finish(roomID)
        if isHeld { try await work.context.release(key) }
        return end
    }

    private func finish(_ roomID: String) async throws -> RoomEnd {
        let rooms = rooms
        try await work.ledger.store { $0.finish(roomID, of: rooms) }
        return .done
    }

    /// A homeserver that fails in one room may well serve the others; this room is given up after a few attempts.
    private func troubled(_ error: HomeserverError, in roomID: String) async throws -> RoomEnd {
        guard error.mayBeOneRooms else { return .troubled(error) }
        do {
            // A proxy before a homeserver that is away answers alike, which says nothing about the room.
            _ = try await work.client.whoami(as: .admin)
        } catch is HomeserverError {
            return .troubled(error)
        }
        let isCounted = try await work.ledger.store { checkpoint in checkpoint.countTrouble(in: roomID, error.description) }
        return isCounted ? .failing(error) : .troubled(error)
    }
}

extension HomeserverError {
    /// Whether one room may be the cause: the homeserver failed, or was late, or a proxy says one of the two of it, or of one of its workers.
    fileprivate var mayBeOneRooms: Bool {
        switch kind {
        case .server, .timeout: true
        // A page with another status is a proxy's own word, and says nothing about the room.
        case .notHomeserver: (status ?? 0) >= 500
        case .unreachable, .limited, .client, .invalidAnswer: false
        }
    }
}

extension RedactCheckpoint {
    /// Counts an attempt in which the homeserver failed in a room, and gives the room up after a few.
    ///
    /// - Returns: false when so many rooms are in trouble that no further one can be counted.
    mutating func countTrouble(in roomID: String, _ reason: String) -> Bool {
        let troubles = troubledRooms[roomID, default: 0] + 1
        guard troubles < Self.mostTroubles else {
            troubledRooms[roomID] = nil
            giveUp(roomID, reason)
            return true
        }
        let bytes = troubledRooms.keys.reduce(roomID.utf8.count) { $0 + $1.utf8.count + 6 }
        guard troubles > 1 || bytes <= Self.mostTroubleBytes else { return false }
        troubledRooms[roomID] = troubles
        return true
    }

    /// Gives a room up, keeping what was done there.
    mutating func giveUp(_ roomID: String, _ reason: String) {
        failedRooms.add(roomID, reason)
        close(roomID)
    }

    /// Counts a room as finished, and what was done in its last page.
    mutating func finish(_ roomID: String, of rooms: [String]) {
        close(roomID)
        if pass == 0, !finished.contains(roomID) { parts?["rooms"]?[0] += 1 }
        finished.insert(roomID, of: rooms)
    }

    private mutating func close(_ roomID: String) {
        bookPage(of: roomID)
        open[roomID] = nil
    }
}

import HomeserverClient
import HomeserverTasks
import Scheduler

/// One attempt at a room delete.
struct RoomDeletion {
    let params: ShutdownAndPurgeRoom.Params
    let client: HomeserverClient
    let settings: HandlerSettings
    let context: HandlerContext
    var checkpoint: DeleteCheckpoint
    /// Why the homeserver could not be asked for the delete, the last time.
    var trouble: HomeserverError?

    /// How often the task asks or looks for its delete before it leaves it to the next attempt.
    private static let mostTurns = 10

    mutating func run() async throws -> Outcome {
        var forgotten = 0
        for _ in 0..<Self.mostTurns {
            try Task.checkCancellation()
            guard let deleteID = checkpoint.deleteID else {
                try await begin()
                continue
            }
            guard let delete = try await follow(deleteID) else {
                // Forgotten by the homeserver, as after a restore: repeating a finished delete empties nothing twice.
                forgotten += 1
                if forgotten > 1 { break }
                try await forget(deleteID)
                continue
            }
            checkpoint.merge(delete.shutdown)
            if delete.status == .complete, !checkpoint.isForeign { return try await complete() }
            let isForeign = checkpoint.isForeign
            try await forget(deleteID)
            if !isForeign { return try await failure(of: delete) }
        }
        if let trouble, checkpoint.deleteID == nil { throw trouble }
        return .retry(after: nil, error: "The homeserver does not show what becomes of the room delete; look at its log if this repeats.")
    }

    private static let unknown =
        "The homeserver knew no such room before: there was nothing to delete. Look whether the room id is right."

    /// Finds the task's own delete, or asks for it.
    private mutating func begin() async throws {
        let deletes = try await deletesOfRoom()
        if let known = checkpoint.known {
            switch DeleteChoice.of(deletes, known: known) {
            case .own(let id): return try await adopt(id, isForeign: false)
            case .foreign(let id): return try await adopt(id, isForeign: true)
            case .none: break
            }
        } else {
            let choice = DeleteChoice.of(deletes, known: deletes.map(\.deleteID))
            // While another one's delete runs, its room may go at any time.
            if choice == .none { checkpoint.isUnknown = try await isUnknown() }
            checkpoint.known = Array(deletes.map(\.deleteID).suffix(DeleteCheckpoint.mostKnown))
            try await context.save(checkpoint: checkpoint)
            if case .foreign(let id) = choice { return try await adopt(id, isForeign: true) }
        }
        do {
            try await adopt(try await client.startRoomDelete(of: params.roomID, request), isForeign: false)
        } catch let error as HomeserverError where error.isTransient && error.mayHaveHadEffect {
            // Perhaps begun without our knowing: the next turn looks.
            trouble = error
            try await settings.retrying.pause(settings.pollLongest)
        } catch let error as HomeserverError where error.isTransient {
            trouble = error
            try await settings.retrying.pause(min(error.retryAfter ?? settings.pollLongest, settings.retrying.longestLimitWait))
        } catch let error as HomeserverError where error.isBadRequest {
            // Because another one runs, begun since we looked? The room's deletes say so, whatever the words are.
            guard try await hasNewDelete() else { throw error }
            trouble = nil
            try await settings.retrying.pause(settings.pollLongest)
        }
    }

    /// Whether there is a delete that was not there before the task asked for its own.
    private func hasNewDelete() async throws -> Bool {
        let known = Set(checkpoint.known ?? [])
        return try await deletesOfRoom().contains { !known.contains($0.deleteID) }
    }

    private mutating func adopt(_ deleteID: String, isForeign: Bool) async throws {
        checkpoint.deleteID = deleteID
        checkpoint.isForeign = isForeign
        try await context.save(checkpoint: checkpoint)
    }

    private mutating func forget(_ deleteID: String) async throws {
        checkpoint.deleteID = nil
        checkpoint.isForeign = false
        // Never taken for a new one again.
        checkpoint.known = Array(((checkpoint.known ?? []) + [deleteID]).suffix(DeleteCheckpoint.mostKnown))
        try await context.save(checkpoint: checkpoint)
    }

    private func complete() async throws -> Outcome {
        let gone = Int64(checkpoint.result.kickedUsers.count)
        await context.report(TaskProgress(done: gone, total: gone, failed: Int64(checkpoint.result.failedToKickUsers.count)))
        var result = checkpoint.result
        if checkpoint.isUnknown == true, result.kickedUsers.isEmpty { result.notVerified = [Self.unknown] }
        return try .complete(result)
    }

    private func failure(of delete: RemoteRoomDelete) async throws -> Outcome {
        let text = try await reason(of: delete)
        let error = "The homeserver's room delete ended as \(delete.status.rawValue): \(text)"
        guard RemoteFailure.isStillJoined(text) else { return .retry(after: nil, error: error) }
        return .failed(
            error: error + " Submit it with force_purge to purge although local users are in the room.",
            result: try JSONBytes(encoding: checkpoint.result))
    }

    /// The status endpoint does not show why a delete failed, the homeserver's list of tasks does.
    private func reason(of delete: RemoteRoomDelete) async throws -> String {
        if let error = delete.error { return error }
        let (client, roomID) = (client, params.roomID)
        do {
            let tasks = try await settings.retrying { _ in
                try await client.scheduledTasks(action: "shutdown_and_purge_room", resourceID: roomID)
            }
            return tasks.first { $0.id == delete.deleteID }?.error ?? "no reason given"
        } catch let error as HomeserverError where error.isUnknownEndpoint {
            return "no reason given"
        }
    }

    private func follow(_ deleteID: String) async throws -> RemoteRoomDelete? {
        let client = client
        return try await RemoteWork(settings: settings).follow("a room delete", isOver: \.status.isFinished) {
            try await client.roomDelete(deleteID)
        }
    }

    /// Whether the homeserver says that it has no such room; it deletes that as well, and calls it complete.
    private func isUnknown() async throws -> Bool {
        let (client, roomID) = (client, params.roomID)
        return try await !settings.retrying { _ in try await client.knowsRoom(roomID) }
    }

    private func deletesOfRoom() async throws -> [RemoteRoomDelete] {
        let (client, roomID) = (client, params.roomID)
        return try await settings.retrying { _ in try await client.roomDeletes(of: roomID) }
    }

    private var request: RoomDeleteRequest {
        RoomDeleteRequest(
            block: params.block, purge: params.purge, forcePurge: params.forcePurge, newRoomUserID: params.newRoomUserID,
            roomName: params.roomName, message: params.message)
    }
}

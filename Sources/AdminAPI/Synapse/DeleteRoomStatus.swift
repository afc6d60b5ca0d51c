import HomeserverTasks
import Scheduler

/// The two `delete_status` forms: by room, and by delete id.
struct DeleteRoomStatus: Sendable {
    let scheduler: TaskScheduler

    /// All deletes of a room, oldest write first.
    ///
    /// Waiting ones are shown too, so that a delete is there from the moment it was accepted; cancelled ones are not, as in Synapse.
    @Sendable func byRoom(_ call: Call) async throws -> Reply {
        let room = call["room_id"]
        guard MatrixID.isRoom(room) else { throw APIError.refused("\(room) is not a legal room ID") }
        var query = TaskQuery()
        query.action = ShutdownAndPurgeRoom.name
        query.resourceID = room
        query.statuses = [.scheduled, .active, .parked, .complete, .failed]
        query.limit = 1000
        let tasks = try await scheduler.tasks(query).tasks.sorted {
            (SynapseStatus.timestamp($0), $0.id) < (SynapseStatus.timestamp($1), $1.id)
        }
        guard !tasks.isEmpty else { throw APIError.notFound("No delete task for room_id '\(room)' found") }
        return Reply(["results": .array(tasks.map(Self.view))])
    }

    /// One delete, in any status.
    @Sendable func byID(_ call: Call) async throws -> Reply {
        let id = call["delete_id"]
        guard let task = try await scheduler.task(id, of: ShutdownAndPurgeRoom.name) else {
            throw APIError.notFound("delete id '\(id)' not found")
        }
        return Reply(Self.view(task))
    }

    private static func view(_ task: TaskRecord) -> JSONValue {
        var members = SynapseStatus.additions(task)
        members["delete_id"] = .string(task.id.description)
        members["room_id"] = .text(task.resourceID)
        members["status"] = .string(SynapseStatus.word(task.status))
        members["shutdown_room"] = .stored(task.result)
        if task.status == .failed || task.status == .cancelled { members["error"] = .string(SynapseStatus.failure(task)) }
        return .object(members)
    }
}

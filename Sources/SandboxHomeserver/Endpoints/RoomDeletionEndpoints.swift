/// Ending a room: everybody out, then everything gone.
enum RoomDeletionEndpoints {
    static let routes = [
        Route("DELETE", "/_synapse/admin/v1/rooms/{room}", .admin, deleteNow),
        Route("DELETE", "/_synapse/admin/v2/rooms/{room}", .admin, delete),
        Route("GET", "/_synapse/admin/v2/rooms/{room}/delete_status", .admin, statusOfRoom),
        Route("GET", "/_synapse/admin/v2/rooms/delete_status/{delete}", .admin, status),
    ]

    /// Version 1 answers when all is done, and leaves no job behind.
    private static func deleteNow(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let shutdown = try shutdown(world, call)
        let result = try world.shutDown(shutdown)
        if shutdown.purge { world.purgeRoom(shutdown.roomID) }
        return Reply(body: result, delay: world.settings.roomDeletionDuration)
    }

    private static func delete(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let shutdown = try shutdown(world, call)
        guard jobs(world, of: shutdown.roomID).allSatisfy({ $0.status != .active }) else {
            throw .bad("Purge already in progress for \(shutdown.roomID)")
        }
        let jobID = world.submit(.shutdownAndPurgeRoom, about: shutdown.roomID, .roomShutdown(shutdown))
        return Reply(body: ["delete_id": .string(jobID)], startsJob: jobID)
    }

    private static func shutdown(_ world: World, _ call: Call) throws(SandboxRefusal) -> RoomShutdown {
        let body = try call.object()
        let block = try flag("block", of: body, default: false)
        let purge = try flag("purge", of: body, default: true)
        // Accepted and checked; without remote servers nobody can be left in the room, so there is nothing to force.
        _ = try flag("force_purge", of: body, default: false)
        let roomID = call.parameter("room")
        guard World.isRoomID(roomID) else { throw .bad("\(roomID) is not a legal room ID") }
        let owner = body["new_room_user_id"]?.text
        if let owner, !world.isLocal(owner) { throw .bad("User must be our own: \(owner)") }
        return RoomShutdown(
            roomID: roomID, requester: call.requester.userID, newRoomUserID: owner,
            newRoomName: body["room_name"]?.text ?? "Content Violation Notification",
            message: body["message"]?.text
                ?? "Sharing illegal content on this server is not permitted and rooms in violation will be blocked.",
            block: block, purge: purge)
    }

    private static func flag(_ name: String, of body: SandboxJSON, default standard: Bool) throws(SandboxRefusal) -> Bool {
        guard let value = body[name] else { return standard }
        guard let flag = value.flag else { throw .badJSON("Param '\(name)' must be a boolean, if given") }
        return flag
    }

    private static func statusOfRoom(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let roomID = call.parameter("room")
        guard World.isRoomID(roomID) else { throw .bad("\(roomID) is not a legal room ID") }
        let shown = jobs(world, of: roomID).filter { $0.status != .scheduled && $0.status != .cancelled }
        guard !shown.isEmpty else { throw .notFound("No delete task for room_id '\(roomID)' found") }
        return .ok(["results": .array(shown.map(body))])
    }

    private static func status(_ world: inout World, _ call: Call) throws(SandboxRefusal) -> Reply {
        let deleteID = call.parameter("delete")
        guard let job = world.jobs[deleteID], job.action == .shutdownAndPurgeRoom else {
            throw .notFound("delete id '\(deleteID)' not found")
        }
        return .ok(body(of: job))
    }

    private static func jobs(_ world: World, of roomID: String) -> [Job] {
        world.jobOrder.compactMap { world.jobs[$0] }.filter { $0.action == .shutdownAndPurgeRoom && $0.resourceID == roomID }
    }

    /// As in Synapse a failed deletion does not tell why; only `scheduled_tasks` does.
    private static func body(of job: Job) -> SandboxJSON {
        [
            "delete_id": .string(job.id), "room_id": .string(job.resourceID), "status": .string(job.status.rawValue),
            "shutdown_room": job.result ?? .null,
        ]
    }
}

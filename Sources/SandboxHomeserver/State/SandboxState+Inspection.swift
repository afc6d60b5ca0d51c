extension SandboxState {
    /// All events of a room, oldest first, redactions and state among them; without those that a purge has taken out of the timeline.
    public func events(in roomID: String) -> [SandboxEvent] {
        world.withLock { world in (world.rooms[roomID]?.timeline ?? []).compactMap { world.events[$0] }.map(SandboxEvent.init) }
    }

    /// The messages (`m.room.message` and `m.room.encrypted`) of a room, oldest first.
    public func messages(in roomID: String) -> [SandboxEvent] {
        events(in: roomID).filter { $0.type == "m.room.message" || $0.type == "m.room.encrypted" }
    }

    /// The redaction events of a room, oldest first.
    public func redactions(in roomID: String) -> [SandboxEvent] {
        events(in: roomID).filter { $0.type == "m.room.redaction" }
    }

    /// One event, wherever it is; `nil` if there is none or a purge has removed it.
    public func event(_ eventID: String) -> SandboxEvent? {
        world.withLock { world in world.events[eventID].map(SandboxEvent.init) }
    }

    /// The ids of all rooms, sorted.
    public var rooms: [String] { world.withLock { $0.rooms.keys.sorted() } }

    /// How a user stands to a room; `nil` if he never had to do with it.
    public func membership(of userID: String, in roomID: String) -> SandboxMembership? {
        world.withLock { $0.rooms[roomID]?.members[userID] }
    }

    /// The names of a user's devices.
    public func devices(of userID: String) -> Set<String> { world.withLock { $0.users[userID]?.devices ?? [] } }

    /// Whether the room is blocked against joining.
    public func isBlocked(_ roomID: String) -> Bool { world.withLock { $0.blockedRooms.contains(roomID) } }

    /// How often each endpoint was called, by its name such as `POST /_synapse/admin/v1/purge_history/{room}`.
    public var callCounts: [String: Int] { calls.withLock { $0.counts } }

    /// How often endpoints were called whose name contains a text, such as `/redact/`.
    public func callCount(_ part: String) -> Int {
        callCounts.reduce(0) { $1.key.contains(part) ? $0 + $1.value : $0 }
    }

    /// The most requests that any one endpoint whose name contains a text had in flight at once.
    public func peakInFlight(_ part: String) -> Int {
        calls.withLock { $0.peak }.filter { $0.key.contains(part) }.values.max() ?? 0
    }

    /// The last 10,000 requests, oldest first.
    public var requests: [SandboxRequest] { calls.withLock { $0.requests.suffix(CallLog.kept) } }

    /// Forgets counts and requests, not the world.
    public func resetCalls() {
        calls.withLock { log in
            log.counts = [:]
            log.peak = [:]
            log.requests = []
        }
    }
}

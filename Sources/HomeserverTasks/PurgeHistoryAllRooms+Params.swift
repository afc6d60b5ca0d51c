extension PurgeHistoryAllRooms {
    /// Which rooms, what of them, and when.
    public struct Params: Codable, Sendable, Hashable {
        /// What is older goes: `90d`, `36h`, `2w`.
        public var olderThan: String
        /// Patterns of which a room's id, alias or name fits one; empty means all rooms.
        public var rooms: [String]
        /// Patterns of which none fits.
        public var excludeRooms: [String]
        /// Rooms with fewer events to purge, by estimate, are left alone.
        public var minEvents: Int
        /// Rooms with fewer members of this homeserver are left alone.
        public var minLocalMembers: Int
        /// Whether events that this homeserver's users sent go as well.
        public var deleteLocalEvents: Bool
        /// Rooms that are purged at once.
        public var concurrency: Int
        /// The pause between two slices of a room, in milliseconds; nil leaves it to the handler.
        public var pauseMs: Int?
        /// The hours of a day in which rooms are purged, such as `02:00-05:00`; nil means all.
        public var window: String?
        /// Whose hours these are, such as `Europe/Zurich`; nil means UTC.
        public var timeZone: String?
        /// Whether to estimate only, and purge nothing.
        public var dryRun: Bool

        /// A policy.
        public init(
            olderThan: String, rooms: [String] = [], excludeRooms: [String] = [], minEvents: Int = 0, minLocalMembers: Int = 0,
            deleteLocalEvents: Bool = false, concurrency: Int = 1, pauseMs: Int? = nil, window: String? = nil, timeZone: String? = nil,
            dryRun: Bool = false
        ) {
            self.olderThan = olderThan
            self.rooms = rooms
            self.excludeRooms = excludeRooms
            self.minEvents = minEvents
            self.minLocalMembers = minLocalMembers
            self.deleteLocalEvents = deleteLocalEvents
            self.concurrency = concurrency
            self.pauseMs = pauseMs
            self.window = window
            self.timeZone = timeZone
            self.dryRun = dryRun
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case olderThan = "older_than"
            case rooms
            case excludeRooms = "exclude_rooms"
            case minEvents = "min_events"
            case minLocalMembers = "min_local_members"
            case deleteLocalEvents = "delete_local_events"
            case concurrency
            case pauseMs = "pause_ms"
            case window
            case timeZone = "time_zone"
            case dryRun = "dry_run"
        }

        /// Missing optional keys take their defaults.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                olderThan: try keys.decode(String.self, forKey: .olderThan),
                rooms: try keys.decodeIfPresent([String].self, forKey: .rooms) ?? [],
                excludeRooms: try keys.decodeIfPresent([String].self, forKey: .excludeRooms) ?? [],
                minEvents: try keys.decodeIfPresent(Int.self, forKey: .minEvents) ?? 0,
                minLocalMembers: try keys.decodeIfPresent(Int.self, forKey: .minLocalMembers) ?? 0,
                deleteLocalEvents: try keys.decodeIfPresent(Bool.self, forKey: .deleteLocalEvents) ?? false,
                concurrency: try keys.decodeIfPresent(Int.self, forKey: .concurrency) ?? 1,
                pauseMs: try keys.decodeIfPresent(Int.self, forKey: .pauseMs),
                window: try keys.decodeIfPresent(String.self, forKey: .window),
                timeZone: try keys.decodeIfPresent(String.self, forKey: .timeZone),
                dryRun: try keys.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false)
        }

        /// ``olderThan`` in milliseconds; nil when it is no age.
        public var age: Int64? { Age.milliseconds(olderThan) }

        /// Whether the policy is for a room of these names.
        public func covers(_ names: [String]) -> Bool {
            func fits(_ patterns: [String]) -> Bool {
                patterns.contains { pattern in names.contains { NamePattern.matches(pattern, $0) } }
            }
            return (rooms.isEmpty || fits(rooms)) && !fits(excludeRooms)
        }
    }

    /// What was purged.
    public struct Result: Codable, Sendable, Hashable {
        /// Rooms of the homeserver that were looked at.
        public var rooms: Int
        /// Rooms whose purge is complete, or in a dry run would be begun.
        public var purgedRooms: Int
        /// Rooms that the policy is not for, that are small, or hold nothing so old.
        public var skippedRooms: Int
        /// Events in the purged rooms that are older, by estimate; some of them stay, such as the room's state.
        public var estimatedEvents: Int
        /// Room id to that estimate, in a dry run; the first few hundred rooms.
        public var perRoom: [String: Int]?
        /// Room id to why its purge did not end complete; not all when there are many.
        public var failedRooms: [String: String]
        /// Failed rooms that ``failedRooms`` leaves out.
        public var failedRoomsOmitted: Int

        /// A result.
        public init(
            rooms: Int, purgedRooms: Int = 0, skippedRooms: Int = 0, estimatedEvents: Int = 0, perRoom: [String: Int]? = nil,
            failedRooms: [String: String] = [:], failedRoomsOmitted: Int = 0
        ) {
            self.rooms = rooms
            self.purgedRooms = purgedRooms
            self.skippedRooms = skippedRooms
            self.estimatedEvents = estimatedEvents
            self.perRoom = perRoom
            self.failedRooms = failedRooms
            self.failedRoomsOmitted = failedRoomsOmitted
        }

        enum CodingKeys: String, CodingKey {
            case rooms
            case purgedRooms = "purged_rooms"
            case skippedRooms = "skipped_rooms"
            case estimatedEvents = "estimated_events"
            case perRoom = "per_room"
            case failedRooms = "failed_rooms"
            case failedRoomsOmitted = "failed_rooms_omitted"
        }
    }
}

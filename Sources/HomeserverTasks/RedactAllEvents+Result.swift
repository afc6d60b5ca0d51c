extension RedactAllEvents {
    /// What a redact did; `failed_redactions` is Synapse's key.
    public struct Result: Codable, Sendable, Hashable {
        /// What was done in one room.
        public struct Room: Codable, Sendable, Hashable {
            /// Events redacted by this task; in a dry run those that it would redact.
            public var redacted: Int
            /// Events that had been redacted before.
            public var alreadyRedacted: Int

            /// Counts of a room.
            public init(redacted: Int = 0, alreadyRedacted: Int = 0) {
                self.redacted = redacted
                self.alreadyRedacted = alreadyRedacted
            }

            enum CodingKeys: String, CodingKey {
                case redacted
                case alreadyRedacted = "already_redacted"
            }
        }

        /// Event id to why it could not be redacted.
        public var failedRedactions: [String: String]
        /// Events redacted by this task; 0 in a dry run.
        public var redacted: Int
        /// Events that had been redacted before.
        public var alreadyRedacted: Int
        /// Rooms looked at.
        public var rooms: Int
        /// Room id to counts, where anything was found; not all when there are many.
        public var perRoom: [String: Room]
        /// Room id to why nothing could be done there.
        public var failedRooms: [String: String]
        /// Whether a last look found nothing readable left within the bounds of the params; never when `limit` left older events alone.
        public var verified: Bool
        /// What a dry run found that is readable; nil in others.
        public var wouldRedact: Int?

        /// A result.
        public init(
            failedRedactions: [String: String] = [:], redacted: Int = 0, alreadyRedacted: Int = 0, rooms: Int = 0,
            perRoom: [String: Room] = [:], failedRooms: [String: String] = [:], verified: Bool = false, wouldRedact: Int? = nil
        ) {
            self.failedRedactions = failedRedactions
            self.redacted = redacted
            self.alreadyRedacted = alreadyRedacted
            self.rooms = rooms
            self.perRoom = perRoom
            self.failedRooms = failedRooms
            self.verified = verified
            self.wouldRedact = wouldRedact
        }

        enum CodingKeys: String, CodingKey {
            case failedRedactions = "failed_redactions"
            case redacted
            case alreadyRedacted = "already_redacted"
            case rooms
            case perRoom = "per_room"
            case failedRooms = "failed_rooms"
            case verified
            case wouldRedact = "would_redact"
        }
    }
}

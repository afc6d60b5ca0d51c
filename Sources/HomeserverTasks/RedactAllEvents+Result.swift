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
        /// Whether a last look found nothing readable left within the bounds of the params; never with a reason in ``notVerified``.
        public var verified: Bool
        /// In a sentence each, what may be readable still, and the param that helps; empty when ``verified``.
        public var notVerified: [String]
        /// Event types that the params leave out to how many of the user's events stay readable in the rooms that were looked at, within the
        /// bounds in time; not all types when there are many.
        public var stays: [String: Int]
        /// Such events of types that ``stays`` leaves out.
        public var staysOmitted: Int
        /// Files that the user has uploaded, and which no redact touches; nil when nobody could tell.
        public var mediaStays: Int?
        /// In a sentence each, what stays as it is because nobody asked for it, and the param or action that takes it.
        public var notes: [String]
        /// What a dry run found that is readable; nil in others.
        public var wouldRedact: Int?

        /// A result.
        public init(
            failedRedactions: [String: String] = [:], redacted: Int = 0, alreadyRedacted: Int = 0, rooms: Int = 0,
            perRoom: [String: Room] = [:], failedRooms: [String: String] = [:], verified: Bool = false, notVerified: [String] = [],
            stays: [String: Int] = [:], staysOmitted: Int = 0, mediaStays: Int? = nil, notes: [String] = [], wouldRedact: Int? = nil
        ) {
            self.failedRedactions = failedRedactions
            self.redacted = redacted
            self.alreadyRedacted = alreadyRedacted
            self.rooms = rooms
            self.perRoom = perRoom
            self.failedRooms = failedRooms
            self.verified = verified
            self.notVerified = notVerified
            self.stays = stays
            self.staysOmitted = staysOmitted
            self.mediaStays = mediaStays
            self.notes = notes
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
            case notVerified = "not_verified"
            case stays
            case staysOmitted = "stays_omitted"
            case mediaStays = "media_stays"
            case notes
            case wouldRedact = "would_redact"
        }

        /// What an older build stored says nothing of what stays.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            failedRedactions = try keys.decode([String: String].self, forKey: .failedRedactions)
            redacted = try keys.decode(Int.self, forKey: .redacted)
            alreadyRedacted = try keys.decode(Int.self, forKey: .alreadyRedacted)
            rooms = try keys.decode(Int.self, forKey: .rooms)
            perRoom = try keys.decode([String: Room].self, forKey: .perRoom)
            failedRooms = try keys.decode([String: String].self, forKey: .failedRooms)
            verified = try keys.decode(Bool.self, forKey: .verified)
            notVerified = try keys.decodeIfPresent([String].self, forKey: .notVerified) ?? []
            stays = try keys.decodeIfPresent([String: Int].self, forKey: .stays) ?? [:]
            staysOmitted = try keys.decodeIfPresent(Int.self, forKey: .staysOmitted) ?? 0
            mediaStays = try keys.decodeIfPresent(Int.self, forKey: .mediaStays)
            notes = try keys.decodeIfPresent([String].self, forKey: .notes) ?? []
            wouldRedact = try keys.decodeIfPresent(Int.self, forKey: .wouldRedact)
        }

        /// Leaves out what there is nothing to say of.
        public func encode(to encoder: any Encoder) throws {
            var keys = encoder.container(keyedBy: CodingKeys.self)
            try keys.encode(failedRedactions, forKey: .failedRedactions)
            try keys.encode(redacted, forKey: .redacted)
            try keys.encode(alreadyRedacted, forKey: .alreadyRedacted)
            try keys.encode(rooms, forKey: .rooms)
            try keys.encode(perRoom, forKey: .perRoom)
            try keys.encode(failedRooms, forKey: .failedRooms)
            try keys.encode(verified, forKey: .verified)
            if !notVerified.isEmpty { try keys.encode(notVerified, forKey: .notVerified) }
            if !stays.isEmpty { try keys.encode(stays, forKey: .stays) }
            if staysOmitted > 0 { try keys.encode(staysOmitted, forKey: .staysOmitted) }
            try keys.encodeIfPresent(mediaStays, forKey: .mediaStays)
            if !notes.isEmpty { try keys.encode(notes, forKey: .notes) }
            try keys.encodeIfPresent(wouldRedact, forKey: .wouldRedact)
        }
    }
}

/// From what a redact resumes: which rooms are finished, and where it is in the others.
///
/// Bounded well under 64 KiB: rooms, failures and finished rooms have limits of their own.
struct RedactCheckpoint: Codable, Sendable, Equatable {
    /// A room in which the task is at work.
    struct OpenRoom: Codable, Sendable, Equatable {
        /// Where the page begins that is being worked on; nil before the first.
        var from: String?
        /// Events of that page that were redacted before the task touched it; nil when it has not.
        var alreadyInPage: Int?
        /// Events counted towards the limit in the pages before.
        var counted = 0
        /// Whether the homeserver's own redact does this room.
        var isDelegated = false
        /// The homeserver's id of that redact, stored before it is looked at.
        var redactID: String?
        /// What was done in the page, not yet in the totals.
        var page = RedactTally()
        /// Whether the room counts among those of which no counters are kept.
        var isOmitted: Bool?
        /// What stays in the page, by type, not yet in the totals; not stored, since a page that is read again is counted again.
        var stays: [String: Int] = [:]

        private enum CodingKeys: String, CodingKey {
            case from, alreadyInPage, counted, isDelegated, redactID, page, isOmitted
        }
    }

    /// The rooms, found when the task ran first; nil when the params name them, or when they are too many to be kept here.
    var rooms: [String]?
    /// In place of ``rooms``, where those are many: what tells them from others.
    var roomMarks: RoomMarks?
    /// Whether the first attempt found more rooms than can be kept here in either way.
    var roomsOmitted = false
    /// Rooms that the user has left, was invited to or asks to enter, and which nobody asked for.
    var leftRooms: Int?
    /// Rooms that the homeserver's own redact was asked to do.
    var delegatedRooms: Int?
    /// What the status shows beside the events: the rooms that the first pass is through with, and all.
    var parts: [String: [Int]]?
    /// 0 is the work, the others look whether anything is left.
    var pass = 0
    /// Whether only joined rooms could be found.
    var joinedRoomsOnly = false
    /// Rooms that are done in this pass.
    var finished = FinishedRooms()
    /// Rooms that are being worked on.
    var open: [String: OpenRoom] = [:]
    /// What has been done in all finished pages of all passes.
    var tally = RedactTally()
    /// The same by room, for the first of the sorted rooms; see ``RoomTallies``.
    var roomTallies = RoomTallies()
    /// What stays, since the params leave it out; counted by the first pass.
    var stays: StayingEvents?
    /// Whether in this pass the limit left older events readable.
    var isCutByLimit = false
    /// The rate limit that the user had before this task lifted it; nil when it did not, or has restored it.
    var liftedLimit: LiftedLimit?
    /// Events found unredacted in this pass, except those that failed before.
    var foundInPass = 0
    /// Event id to why it could not be redacted.
    var failedEvents = BoundedReasons(entries: 1000, bytes: 16_000)
    /// Room id to why nothing could be done there.
    var failedRooms = BoundedReasons(entries: 200, bytes: 6_000)

    /// The most bytes of room ids that are kept here.
    static let mostRoomBytes = 14_000
    /// Room id to how often the homeserver failed there; a room where it goes on failing is given up.
    var troubledRooms: [String: Int] = [:]
    /// Attempts in which the homeserver may fail in a room.
    static let mostTroubles = 3
    /// The most bytes of ids of rooms in which the homeserver failed.
    static let mostTroubleBytes = 3_000

    /// Totals with the open pages.
    var total: RedactTally { open.values.reduce(tally) { $0 + $1.page } }

    /// Brings what was stored back to the beginning of each open page, since that page is read again.
    mutating func rewindPages() {
        for room in open.keys { open[room]?.page = RedactTally() }
    }

    /// Keeps the rooms that the first attempt found: their ids, or marks of them, or, of very many, that there were any.
    mutating func keep(_ found: [String]) {
        guard rooms == nil, roomMarks == nil, !roomsOmitted else { return }
        if found.reduce(0, { $0 + $1.utf8.count + 3 }) <= Self.mostRoomBytes {
            rooms = found
        } else if found.count <= RoomMarks.most {
            roomMarks = RoomMarks(of: found)
        } else {
            roomsOmitted = true
        }
    }

    /// Says which rooms this attempt is about, ascending, so that what is counted is told by room.
    mutating func know(_ rooms: [String]) {
        if let roomMarks { roomTallies.know(rooms, place: roomMarks.places()) } else { roomTallies.know(rooms) }
        let done = pass > 0 ? rooms.count : rooms.count { finished.contains($0) }
        parts = ["rooms": [done, rooms.count]]
    }

    /// Begins to look again.
    mutating func beginNextPass() {
        pass += 1
        finished = FinishedRooms()
        open = [:]
        foundInPass = 0
        isCutByLimit = false
    }

    /// Whether a pass that is over leaves nothing to look for: it found nothing, or looking again has been done often enough.
    func isLastPass(most: Int) -> Bool { foundInPass == 0 || pass >= most }

    /// Counts the page of an open room for good.
    mutating func bookPage(of roomID: String) {
        guard let page = open[roomID]?.page else { return }
        tally = tally + page
        roomTallies.add(page, to: roomID)
        if page != RedactTally(), pass == 0, !roomTallies.keeps(roomID), open[roomID]?.isOmitted != true {
            open[roomID]?.isOmitted = true
            roomTallies.omit()
        }
        if let found = open[roomID]?.stays, !found.isEmpty {
            var stays = self.stays ?? StayingEvents()
            stays.add(found)
            self.stays = stays
        }
        open[roomID]?.page = RedactTally()
        open[roomID]?.stays = [:]
    }
}

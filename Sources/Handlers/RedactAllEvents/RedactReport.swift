import HomeserverTasks
import Scheduler

/// The result of a redact as it is stored: Synapse's keys, ours, and what did not fit.
struct RedactReport: Encodable, Sendable {
    let result: RedactAllEvents.Result
    let failedRedactionsOmitted: Int
    let failedRoomsOmitted: Int
    let joinedRoomsOnly: Bool
    let isCutByLimit: Bool
    let leftRooms: Int
    let delegatedRooms: Int
    let roomsOmitted: Bool

    let perRoomOmitted: Int

    /// What a redact did.
    ///
    /// - Parameters:
    ///   - doubts: what may be readable still; none means verified
    ///   - media: files that the user has uploaded
    init(_ checkpoint: RedactCheckpoint, rooms: Int, doubts: [String], media: Int?) {
        let total = checkpoint.total
        var (byRoom, omitted) = (checkpoint.roomTallies.byRoom, checkpoint.roomTallies.omitted ?? 0)
        for (room, open) in checkpoint.open where open.page != RedactTally() {
            if checkpoint.roomTallies.keeps(room) {
                byRoom[room] = (byRoom[room] ?? RedactTally()) + open.page
            } else if open.isOmitted != true {
                omitted += 1
            }
        }
        var result = Self.result(checkpoint, rooms, byRoom, doubts, media)
        (result.redacted, result.alreadyRedacted, result.verified) = (total.redacted, total.already, doubts.isEmpty)
        self.init(result, checkpoint, omitted)
    }

    /// What a dry run counted: readable events stand where a redact has those that it redacted.
    init(dryRun checkpoint: RedactCheckpoint, rooms: Int, doubts: [String], media: Int?) {
        let tally = checkpoint.tally
        var result = Self.result(checkpoint, rooms, checkpoint.roomTallies.byRoom, doubts, media)
        (result.alreadyRedacted, result.wouldRedact) = (tally.already, tally.redacted)
        result.verified = tally.redacted == 0 && doubts.isEmpty
        self.init(result, checkpoint, checkpoint.roomTallies.omitted ?? 0)
    }

    private init(_ result: RedactAllEvents.Result, _ checkpoint: RedactCheckpoint, _ perRoomOmitted: Int) {
        self.result = result
        self.perRoomOmitted = perRoomOmitted
        failedRedactionsOmitted = checkpoint.failedEvents.omitted
        failedRoomsOmitted = checkpoint.failedRooms.omitted
        joinedRoomsOnly = checkpoint.joinedRoomsOnly
        isCutByLimit = checkpoint.isCutByLimit
        (leftRooms, delegatedRooms) = (checkpoint.leftRooms ?? 0, checkpoint.delegatedRooms ?? 0)
        roomsOmitted = checkpoint.roomsOmitted
    }

    private static func result(
        _ checkpoint: RedactCheckpoint, _ rooms: Int, _ byRoom: [String: RedactTally], _ doubts: [String], _ media: Int?
    ) -> RedactAllEvents.Result {
        RedactAllEvents.Result(
            failedRedactions: checkpoint.failedEvents.reasons, rooms: rooms,
            perRoom: byRoom.mapValues { .init(redacted: $0.redacted, alreadyRedacted: $0.already) },
            failedRooms: checkpoint.failedRooms.reasons, notVerified: doubts, stays: checkpoint.stays?.byType ?? [:],
            staysOmitted: checkpoint.stays?.omitted ?? 0, mediaStays: media.flatMap { $0 > 0 ? $0 : nil },
            notes: checkpoint.notes(media: media))
    }

    private enum CodingKeys: String, CodingKey {
        case failedRedactionsOmitted = "failed_redactions_omitted"
        case failedRoomsOmitted = "failed_rooms_omitted"
        case joinedRoomsOnly = "joined_rooms_only"
        case isCutByLimit = "limit_reached"
        case leftRooms = "left_rooms"
        case delegatedRooms = "delegated_rooms"
        case roomsOmitted = "rooms_omitted"
        case perRoomOmitted = "per_room_omitted"
    }

    func encode(to encoder: any Encoder) throws {
        try result.encode(to: encoder)
        var keys = encoder.container(keyedBy: CodingKeys.self)
        if failedRedactionsOmitted > 0 { try keys.encode(failedRedactionsOmitted, forKey: .failedRedactionsOmitted) }
        if failedRoomsOmitted > 0 { try keys.encode(failedRoomsOmitted, forKey: .failedRoomsOmitted) }
        if joinedRoomsOnly { try keys.encode(true, forKey: .joinedRoomsOnly) }
        if isCutByLimit { try keys.encode(true, forKey: .isCutByLimit) }
        if leftRooms > 0 { try keys.encode(leftRooms, forKey: .leftRooms) }
        if delegatedRooms > 0 { try keys.encode(delegatedRooms, forKey: .delegatedRooms) }
        if perRoomOmitted > 0 { try keys.encode(perRoomOmitted, forKey: .perRoomOmitted) }
        if roomsOmitted { try keys.encode(true, forKey: .roomsOmitted) }
    }
}

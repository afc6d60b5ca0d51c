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

    init(_ checkpoint: RedactCheckpoint, rooms: Int, verified: Bool) {
        let total = checkpoint.total
        var byRoom = checkpoint.roomTallies.byRoom
        for (room, open) in checkpoint.open where open.page != RedactTally() { byRoom[room] = (byRoom[room] ?? RedactTally()) + open.page }
        result = RedactAllEvents.Result(
            failedRedactions: checkpoint.failedEvents.reasons, redacted: total.redacted, alreadyRedacted: total.already, rooms: rooms,
            perRoom: byRoom.mapValues { .init(redacted: $0.redacted, alreadyRedacted: $0.already) },
            failedRooms: checkpoint.failedRooms.reasons, verified: verified)
        failedRedactionsOmitted = checkpoint.failedEvents.omitted
        failedRoomsOmitted = checkpoint.failedRooms.omitted
        joinedRoomsOnly = checkpoint.joinedRoomsOnly
        isCutByLimit = checkpoint.isCutByLimit
        (leftRooms, delegatedRooms) = (checkpoint.leftRooms ?? 0, checkpoint.delegatedRooms ?? 0)
        roomsOmitted = checkpoint.roomsOmitted
    }

    /// What a dry run counted: readable events stand where a redact has those that it redacted.
    init(dryRun checkpoint: RedactCheckpoint, rooms: Int) {
        result = RedactAllEvents.Result(
            alreadyRedacted: checkpoint.tally.already, rooms: rooms,
            perRoom: checkpoint.roomTallies.byRoom.mapValues { .init(redacted: $0.redacted, alreadyRedacted: $0.already) },
            failedRooms: checkpoint.failedRooms.reasons, verified: checkpoint.tally.redacted == 0 && checkpoint.isVerified,
            wouldRedact: checkpoint.tally.redacted)
        failedRedactionsOmitted = 0
        failedRoomsOmitted = checkpoint.failedRooms.omitted
        joinedRoomsOnly = checkpoint.joinedRoomsOnly
        isCutByLimit = checkpoint.isCutByLimit
        (leftRooms, delegatedRooms) = (checkpoint.leftRooms ?? 0, checkpoint.delegatedRooms ?? 0)
        roomsOmitted = checkpoint.roomsOmitted
    }

    private enum CodingKeys: String, CodingKey {
        case failedRedactionsOmitted = "failed_redactions_omitted"
        case failedRoomsOmitted = "failed_rooms_omitted"
        case joinedRoomsOnly = "joined_rooms_only"
        case isCutByLimit = "limit_reached"
        case leftRooms = "left_rooms"
        case delegatedRooms = "delegated_rooms"
        case roomsOmitted = "rooms_omitted"
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
        if roomsOmitted { try keys.encode(true, forKey: .roomsOmitted) }
    }
}

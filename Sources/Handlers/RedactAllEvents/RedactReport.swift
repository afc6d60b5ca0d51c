import HomeserverTasks
import Scheduler

/// The result of a redact as it is stored: Synapse's keys, ours, and what did not fit.
struct RedactReport: Encodable, Sendable {
    let result: RedactAllEvents.Result
    let failedRedactionsOmitted: Int
    let failedRoomsOmitted: Int
    let joinedRoomsOnly: Bool

    init(_ checkpoint: RedactCheckpoint, rooms: Int, verified: Bool) {
        let total = checkpoint.total
        result = RedactAllEvents.Result(
            failedRedactions: checkpoint.failedEvents.reasons, redacted: total.redacted, alreadyRedacted: total.already, rooms: rooms,
            failedRooms: checkpoint.failedRooms.reasons, verified: verified)
        failedRedactionsOmitted = checkpoint.failedEvents.omitted
        failedRoomsOmitted = checkpoint.failedRooms.omitted
        joinedRoomsOnly = checkpoint.joinedRoomsOnly
    }

    private enum CodingKeys: String, CodingKey {
        case failedRedactionsOmitted = "failed_redactions_omitted"
        case failedRoomsOmitted = "failed_rooms_omitted"
        case joinedRoomsOnly = "joined_rooms_only"
    }

    func encode(to encoder: any Encoder) throws {
        try result.encode(to: encoder)
        var keys = encoder.container(keyedBy: CodingKeys.self)
        if failedRedactionsOmitted > 0 { try keys.encode(failedRedactionsOmitted, forKey: .failedRedactionsOmitted) }
        if failedRoomsOmitted > 0 { try keys.encode(failedRoomsOmitted, forKey: .failedRoomsOmitted) }
        if joinedRoomsOnly { try keys.encode(true, forKey: .joinedRoomsOnly) }
    }
}

import Postgres

/// Finds the event at a place in a room: Synapse stores the bound of a purge as a place, and Muster as an event.
///
/// `muster import synapse` calls it once for each stuck purge. A plain read by the primary order of `events`; locks nothing. No row: the
/// event is gone, so that somebody has purged up to it already.
struct FindSynapseEvent: Statement {
    static let name = "find_synapse_event"
    static let sql = """
        SELECT event_id
        FROM events
        WHERE stream_ordering = $1::bigint AND topological_ordering = $2::bigint AND room_id = $3::text
        """

    let place: SynapseTask.Place
    let room: String

    func bind(_ binds: inout Binds) {
        binds.add(place.stream)
        binds.add(place.depth)
        binds.add(room)
    }

    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

import HomeserverClient
import HomeserverTasks

/// What is in the rooms of a user that a redact leaves alone: those that the user is no longer in, and those that it came into since.
struct RoomsElsewhere: Sendable, Equatable {
    /// Rooms that the user is no longer in, and where something is readable.
    var left = 0
    /// Rooms that the user has come into since the redact began, and where something is readable.
    var entered = 0
    /// Rooms that were not looked at: beyond the most, or the homeserver refused.
    var unlooked = 0
    /// Whether the homeserver has seen the user in no room at all.
    var isNowhere = false

    /// The most rooms that are looked at.
    static let most = 200
    /// The most pages of a room that are read.
    private static let mostPages = 100
    private static let atOnce = 4

    /// Looks, several rooms at a time; nowhere when the params name the rooms.
    ///
    /// - Parameter rooms: those that the redact is about
    static func look(
        _ params: RedactAllEvents.Params, besides rooms: [String], _ client: HomeserverClient, _ settings: HandlerSettings
    ) async throws -> RoomsElsewhere {
        var found = RoomsElsewhere()
        guard params.rooms.isEmpty else { return found }
        let memberships = try await settings.retrying { _ in try await client.memberships(of: params.userID) }.rooms
        found.isNowhere = memberships.isEmpty && rooms.isEmpty
        let others = Set(memberships.keys).subtracting(rooms).sorted()
        found.unlooked = max(0, others.count - most)
        let selection = RedactSelection(params)
        return try await withThrowingTaskGroup(of: (String, Bool?).self) { group in
            var next = others.prefix(most).makeIterator()
            func begin() {
                guard let room = next.next() else { return }
                group.addTask { (room, try await holdsReadable(room, selection, client, settings)) }
            }
            for _ in 0..<atOnce { begin() }
            while let (room, isReadable) = try await group.next() {
                switch (isReadable, memberships[room]) {
                case (nil, _): found.unlooked += 1
                case (true?, "join"), (true?, "ban"): found.entered += 1
                case (true?, _): found.left += 1
                case (false?, _): break
                }
                begin()
            }
            return found
        }
    }

    /// - Returns: nil when it cannot be told.
    private static func holdsReadable(
        _ room: String, _ selection: RedactSelection, _ client: HomeserverClient, _ settings: HandlerSettings
    ) async throws -> Bool? {
        var from: String?
        do {
            for _ in 0..<mostPages {
                try Task.checkCancellation()
                let page = try await selection.page(of: room, from: from, client, settings)
                if page.events.contains(where: { selection.takes($0) && !$0.isRedacted }) { return true }
                guard let end = RoomRedaction.next(after: page, at: from) else { return false }
                from = end
            }
            return nil
        } catch let error as HomeserverError where !error.isTransient && error.status != 401 {
            return nil
        }
    }
}

import Foundation

/// Which events of a room are wanted; the homeserver searches, so that absent senders are cheap.
public struct RoomEventFilter: Sendable, Hashable, Encodable {
    /// Only of these senders; nil for all.
    public var senders: [String]?
    /// Only of these types; nil for all.
    public var types: [String]?
    /// None of these types.
    public var notTypes: [String]?

    /// A filter.
    public init(senders: [String]? = nil, types: [String]? = nil, notTypes: [String]? = nil) {
        self.senders = senders
        self.types = types
        self.notTypes = notTypes
    }

    private enum CodingKeys: String, CodingKey {
        case senders, types
        case notTypes = "not_types"
    }
}

/// Which way to read a room.
public enum ReadingDirection: String, Sendable, Hashable, Codable {
    /// Newest first.
    case backwards = "b"
    /// Oldest first.
    case forwards = "f"
}

extension HomeserverClient {
    /// Reads a page of a room's events as the admin, who need not be in the room.
    ///
    /// - Parameters:
    ///   - roomID: which room
    ///   - from: where the page begins: the `end` of the one before; nil for the room's end or beginning
    ///   - direction: newest or oldest first
    ///   - limit: 1 to 1,000 events
    ///   - filter: which events
    /// - Throws: ``HomeserverError``; `isNotFound`, or status 403, for a room that the homeserver does not know.
    public func events(
        in roomID: String, from: String? = nil, direction: ReadingDirection = .backwards, limit: Int, filter: RoomEventFilter? = nil
    ) async throws -> RoomEventPage {
        var query = [("dir", direction.rawValue), ("limit", String(min(max(limit, 1), 1000)))]
        if let from { query.append(("from", from)) }
        if let filter { query.append(("filter", String(decoding: try encode(filter), as: UTF8.self))) }
        return try await send(
            HomeserverCall(
                "read a page of events", .get, "/_synapse/admin/v1/rooms", [roomID, "messages"], query: query, as: .admin,
                timeout: configuration.timeouts.page, largestAnswer: Self.largestPage),
            decoding: RoomEventPage.self)
    }

    /// A thousand events of 64 KiB, the largest that Matrix allows, and room for their JSON.
    static let largestPage = 80 << 20

    /// Looks an event up, whatever room it is in; nil when the homeserver does not have it.
    ///
    /// Says in which room and how deep the event is, not whether it is redacted. Older homeservers without such a look-up are asked for the event in
    /// `roomID` instead.
    public func event(_ eventID: String, expectedIn roomID: String) async throws -> RoomEvent? {
        struct Answer: Decodable { var event: Found }
        struct Found: Decodable {
            var room_id: String?
            var sender: String
            var type: String
            var origin_server_ts: Int64
            var depth: Int64?
        }
        do {
            // The raw form of newer rooms carries no event_id.
            let found = try await send(
                HomeserverCall(
                    "look an event up", .get, "/_synapse/admin/v1/fetch_event", [eventID], as: .admin, timeout: configuration.timeouts.call),
                decoding: Answer.self
            ).event
            return RoomEvent(
                eventID: eventID, roomID: found.room_id ?? roomID, sender: found.sender, type: found.type,
                originServerTs: found.origin_server_ts, depth: found.depth)
        } catch let error as HomeserverError where error.isUnknownEndpoint {
            return try await eventNow(eventID, in: roomID)
        } catch let error as HomeserverError where error.isNotFound {
            return nil
        }
    }

    /// Looks an event of a room up as it stands now, redacted or not; nil when the room has no such event.
    public func eventNow(_ eventID: String, in roomID: String) async throws -> RoomEvent? {
        struct Answer: Decodable { var event: RoomEvent }
        do {
            var event = try await send(
                HomeserverCall(
                    "look an event of a room up", .get, "/_synapse/admin/v1/rooms", [roomID, "context", eventID], query: [("limit", "1")],
                    as: .admin, timeout: configuration.timeouts.call, largestAnswer: Self.largestPage),
                decoding: Answer.self
            ).event
            event.roomID = event.roomID ?? roomID
            return event
        } catch let error as HomeserverError where error.isNotFound {
            return nil
        }
    }

    /// The event of a room that is nearest to a time; nil when there is none on that side.
    ///
    /// - Parameters:
    ///   - ts: milliseconds since 1970
    ///   - roomID: which room
    ///   - direction: `backwards` for the last one at or before, `forwards` for the first one at or after
    public func event(at ts: Int64, in roomID: String, direction: ReadingDirection = .backwards) async throws -> (
        eventID: String, ts: Int64
    )? {
        struct Answer: Decodable {
            var event_id: String
            var origin_server_ts: Int64
        }
        do {
            let found = try await send(
                HomeserverCall(
                    "find the event at a time", .get, "/_synapse/admin/v1/rooms", [roomID, "timestamp_to_event"],
                    query: [("ts", String(ts)), ("dir", direction.rawValue)], as: .admin, timeout: configuration.timeouts.call),
                decoding: Answer.self)
            return (found.event_id, found.origin_server_ts)
        } catch let error as HomeserverError where error.isNotFound {
            return nil
        }
    }

    /// Redacts one event.
    ///
    /// - Parameters:
    ///   - eventID: which event
    ///   - roomID: its room
    ///   - transaction: the same id, from the same device, is the same redaction for about a day
    ///   - reason: shown to the room's members
    ///   - caller: in whose name
    /// - Returns: the redaction's event id.
    @discardableResult
    public func redact(
        _ eventID: String, in roomID: String, transaction: String, reason: String?, as caller: HomeserverCaller
    ) async throws -> String {
        struct Answer: Decodable { var event_id: String }
        var content: [String: String] = [:]
        content["reason"] = reason
        var call = HomeserverCall(
            "redact an event", .put, "/_matrix/client/v3/rooms", [roomID, "redact", eventID, transaction], body: try encode(content),
            as: caller, timeout: configuration.timeouts.write)
        call.isForWorkers = true
        return try await send(call, decoding: Answer.self).event_id
    }
}

import HomeserverTasks
import Testing

@testable import AdminAPI

/// The bodies of the Synapse routes, by its rules.
@Suite struct BodyTests {
    private func refusal(_ work: () throws -> Void) -> [String] {
        do {
            try work()
            return []
        } catch let error as APIError {
            return ["\(error.status.code)", error.errcode, error.message]
        } catch {
            return ["\(error)"]
        }
    }

    private func object(_ text: String) throws -> [String: JSONValue] { try #require(try JSONParser.parse(Array(text.utf8)).members) }

    @Test func `a redact takes all of Synapse's keys and ignores others`() throws {
        let body = #"{"rooms":["!a:h"],"reason":"r","limit":5,"use_admin":true,"before_ts":2,"after_ts":1,"more":{}}"#
        let params = try RedactUser.params(user: "@u:h", body: try object(body))
        #expect(
            params
                == RedactAllEvents.Params(
                    userID: "@u:h", rooms: ["!a:h"], reason: "r", limit: 5, useAdmin: true, beforeTs: 2, afterTs: 1))
        let nulls = #"{"rooms":[],"reason":null,"limit":null,"use_admin":null,"before_ts":null,"after_ts":null}"#
        #expect(try RedactUser.params(user: "@u:h", body: try object(nulls)) == RedactAllEvents.Params(userID: "@u:h"))
        #expect(try RedactUser.params(user: "@u:h", body: try object(#"{"rooms":[],"limit":0}"#)).limit == 0)
    }

    @Test(arguments: [
        (#"{}"#, "M_MISSING_PARAM"), (#"{"limit":"5"}"#, "M_BAD_JSON"), (#"{"rooms":null}"#, "M_BAD_JSON"),
        (#"{"rooms":"!a:h"}"#, "M_BAD_JSON"),
        (#"{"rooms":[1]}"#, "M_BAD_JSON"), (#"{"rooms":[],"limit":"5"}"#, "M_BAD_JSON"), (#"{"rooms":[],"limit":5.0}"#, "M_BAD_JSON"),
        (#"{"rooms":[],"limit":true}"#, "M_BAD_JSON"), (#"{"rooms":[],"reason":1}"#, "M_BAD_JSON"),
        (#"{"rooms":[],"use_admin":1}"#, "M_BAD_JSON"), (#"{"rooms":[],"before_ts":"1"}"#, "M_BAD_JSON"),
        (#"{"rooms":[],"after_ts":1e3}"#, "M_BAD_JSON"),
    ])
    func `a redact's types are strict`(body: String, errcode: String) throws {
        let members = try object(body)
        let refused = refusal { _ = try RedactUser.params(user: "@u:h", body: members) }
        #expect(refused.prefix(2) == ["400", errcode])
    }

    @Test func `a negative limit has Synapse's own text`() throws {
        let members = try object(#"{"rooms":[],"limit":-1}"#)
        let refused = refusal { _ = try RedactUser.params(user: "@u:h", body: members) }
        #expect(refused == ["400", "M_UNKNOWN", "If limit is provided it must be a non-negative integer greater than 0."])
    }

    @Test func `a delete takes all of Synapse's keys and its defaults`() throws {
        let none = try DeleteRoom.params(room: "!r:h", body: [:], serverName: "h")
        #expect(none == ShutdownAndPurgeRoom.Params(roomID: "!r:h"))
        let body = #"{"block":true,"purge":false,"force_purge":true,"new_room_user_id":"@n:h","room_name":"N","message":"M"}"#
        let all = try DeleteRoom.params(room: "!r:h", body: try object(body), serverName: "h")
        #expect(
            all
                == ShutdownAndPurgeRoom.Params(
                    roomID: "!r:h", block: true, purge: false, forcePurge: true, newRoomUserID: "@n:h", roomName: "N", message: "M"))
        let v12 = "!" + String(repeating: "aB3_-", count: 8) + "xyz"
        #expect(try DeleteRoom.params(room: v12, body: [:], serverName: "h").roomID == v12)
    }

    @Test(arguments: [
        (#"{"block":1}"#, "M_BAD_JSON", "Param 'block' must be a boolean, if given"),
        (#"{"block":null}"#, "M_BAD_JSON", "Param 'block' must be a boolean, if given"),
        (#"{"purge":"no"}"#, "M_BAD_JSON", "Param 'purge' must be a boolean, if given"),
        (#"{"force_purge":0}"#, "M_BAD_JSON", "Param 'force_purge' must be a boolean, if given"),
        (#"{"new_room_user_id":"@a:other"}"#, "M_UNKNOWN", "User must be our own: @a:other"),
        (#"{"new_room_user_id":""}"#, "M_UNKNOWN", "User must be our own: "),
        (#"{"message":[]}"#, "M_BAD_JSON", "Param 'message' must be a string, if given"),
    ])
    func `a delete's keys are checked with Synapse's texts`(body: String, errcode: String, text: String) throws {
        let members = try object(body)
        let refused = refusal { _ = try DeleteRoom.params(room: "!r:h", body: members, serverName: "h") }
        #expect(refused == ["400", errcode, text])
    }

    @Test(arguments: ["", "r:h", "!", "!r", "!:h", "#r:h", "!r:"])
    func `a delete's room id must be one`(room: String) throws {
        let refused = refusal { _ = try DeleteRoom.params(room: room, body: [:], serverName: nil) }
        #expect(refused == ["400", "M_UNKNOWN", "\(room) is not a legal room ID"])
        // The booleans come first.
        let both = refusal { _ = try DeleteRoom.params(room: room, body: ["block": "x"], serverName: nil) }
        #expect(both.dropFirst().first == "M_BAD_JSON")
    }

    @Test func `a purge's bound is the path's event, then the body's, then the time`() throws {
        let both = try object(#"{"purge_up_to_event_id":"$b","purge_up_to_ts":5}"#)
        #expect(try PurgeHistoryRoutes.bound(pathEvent: "$p", body: both) == .event("$p"))
        #expect(try PurgeHistoryRoutes.bound(pathEvent: nil, body: both) == .event("$b"))
        #expect(
            try PurgeHistoryRoutes.bound(pathEvent: nil, body: try object(#"{"purge_up_to_event_id":null,"purge_up_to_ts":5}"#)) == .time(5)
        )
    }

    @Test(arguments: [
        ("{}", "must specify purge_up_to_event_id or purge_up_to_ts"), (#"{"purge_up_to_ts":"5"}"#, "purge_up_to_ts must be an int"),
        (#"{"purge_up_to_ts":true}"#, "purge_up_to_ts must be an int"), (#"{"purge_up_to_ts":5.0}"#, "purge_up_to_ts must be an int"),
        (#"{"purge_up_to_ts":null}"#, "purge_up_to_ts must be an int"),
        (#"{"purge_up_to_event_id":5}"#, "purge_up_to_event_id must be a string"),
    ])
    func `a purge without a usable bound is M_BAD_JSON`(body: String, text: String) throws {
        let members = try object(body)
        let refused = refusal { _ = try PurgeHistoryRoutes.bound(pathEvent: nil, body: members) }
        #expect(refused == ["400", "M_BAD_JSON", text])
    }
}

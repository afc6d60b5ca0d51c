import HomeserverClient
import HomeserverTasks
import Testing

@testable import Handlers

struct RedactDecisionTests {
    private func moment(_ ts: Int64, _ isRedacted: Bool = false) -> RedactWindows.Moment { .init(ts: ts, isRedacted: isRedacted) }

    @Test func `windows cover what is readable, newest first, and part at what is redacted`() {
        let windows = RedactWindows.plan([moment(5), moment(4), moment(3, true), moment(2), moment(1)], largest: 90)
        #expect(windows == [.init(afterTs: 4, beforeTs: 5, events: 2), .init(afterTs: 1, beforeTs: 2, events: 2)])
    }

    @Test func `windows hold no more than allowed, but never part one millisecond`() {
        let windows = RedactWindows.plan([moment(3), moment(3), moment(3), moment(2), moment(1)], largest: 2)
        #expect(windows == [.init(afterTs: 3, beforeTs: 3, events: 3), .init(afterTs: 1, beforeTs: 2, events: 2)])
    }

    @Test func `windows leave out what is to stay, and the millisecond that it shares`() {
        let stays = RedactWindows.Moment(ts: 3, isRedacted: false, isForeign: true)
        let moments = [moment(5), moment(4), moment(3), stays, moment(2)]
        #expect(
            RedactWindows.plan(moments, largest: 90) == [
                .init(afterTs: 4, beforeTs: 5, events: 2), .init(afterTs: 2, beforeTs: 2, events: 1),
            ])
        #expect(RedactWindows.mixed(moments) == [3])
    }

    @Test func `a homeserver that knows no bounds is asked for nothing that has some`() {
        func refused(_ version: String, _ change: (inout RedactAllEvents.Params) -> Void = { _ in }) -> Bool {
            var params = RedactAllEvents.Params(userID: "@a:x")
            change(&params)
            return DelegatedRedaction.refusal(params, version: SynapseVersion(version)) != nil
        }
        #expect(!refused("1.156.0") && !refused("1.157.0") { $0.beforeTs = 5 } && !refused("1.156.0") { $0.beforeTs = 0 })
        #expect(refused("1.156.0") { $0.beforeTs = 5 } && refused("1.130.0") { $0.eventTypes = ["m.room.message"] })
    }

    @Test func `the fullest checkpoint fits`() throws {
        let rooms = (0..<2000).map { "!aRoomWhoseIdIsOfTheLengthThatVersion12Gives\(1000 + $0)" }
        var checkpoint = RedactCheckpoint()
        checkpoint.keep(Array(rooms.prefix(270)))
        #expect(checkpoint.rooms != nil)
        checkpoint.roomTallies.know(rooms)
        for room in rooms {
            checkpoint.failedRooms.add(room, String(repeating: "x", count: 300))
            checkpoint.failedEvents.add("$" + room, String(repeating: "y", count: 300))
            _ = checkpoint.countTrouble(in: room, "z")
            checkpoint.roomTallies.add(RedactTally(redacted: 10_000, already: 10_000, events: 20_000), to: room)
        }
        while let room = checkpoint.finished.next(of: rooms, excluding: [rooms[0]]), room != rooms[0] {
            checkpoint.finished.insert(room, of: rooms)
            if checkpoint.finished.isFull { break }
        }
        for room in rooms.prefix(20) {
            checkpoint.open[room] = .init(
                from: String(repeating: "t", count: 120), alreadyInPage: 500, counted: 100_000, isDelegated: true,
                redactID: String(repeating: "r", count: 16), page: RedactTally(redacted: 500, already: 500, events: 500))
        }
        checkpoint.liftedLimit = LiftedLimit(before: nil)
        var stays = StayingEvents()
        for number in 1000..<1100 { stays.add([String(repeating: "x", count: StayingEvents.longest - 4) + "\(number)": 1000]) }
        checkpoint.stays = stays
        #expect(stays.byType.count == StayingEvents.mostTypes && stays.count == 100_000)
        let doubts = checkpoint.doubts(RoomsElsewhere(left: 200, entered: 200, unlooked: 2000))
        #expect(try JSONBytesSize.of(checkpoint) < 65_536)
        #expect(try JSONBytesSize.of(RedactReport(checkpoint, rooms: 2000, doubts: doubts, media: 9)) < 65_536)
    }

    @Test func `nothing readable needs no window`() {
        #expect(RedactWindows.plan([moment(1, true)], largest: 90).isEmpty)
        #expect(RedactWindows.plan([], largest: 90).isEmpty)
    }

    @Test func `messages and joins within the bounds are taken, both ends included`() {
        let selection = RedactSelection(.init(userID: "@a:x", limit: 0, beforeTs: 10, afterTs: 5))
        func event(_ ts: Int64, _ type: String = "m.room.message", membership: String? = nil, sender: String = "@a:x") -> RoomEvent {
            RoomEvent(eventID: "$\(ts)", sender: sender, type: type, originServerTs: ts, membership: membership)
        }
        #expect(selection.takes(event(5)) && selection.takes(event(10)))
        #expect(!selection.takes(event(4)) && !selection.takes(event(11)))
        #expect(selection.takes(event(7, "m.room.member", membership: "join")))
        #expect(!selection.takes(event(7, "m.room.member", membership: "leave")))
        #expect(!selection.takes(event(7, "m.sticker")) && !selection.takes(event(7, sender: "@b:x")))
        #expect(selection.limit == 1000)
    }

    @Test func `the user redacts, unless the admin is asked for, or the user is another server's, or there is no puppet`() {
        func choose(_ user: String, useAdmin: Bool = false, _ puppet: HomeserverConfiguration.Puppet) -> RedactIdentity {
            RedactIdentity.choose(.init(userID: user, useAdmin: useAdmin), adminID: "@admin:x", puppet: puppet)
        }
        #expect(choose("@a:x", .adminLogin) == .puppet)
        #expect(choose("@a:x", .applicationService(asToken: "t")) == .applicationService)
        #expect(choose("@a:x", .none) == .standIn && choose("@a:x", useAdmin: true, .none) == .admin && choose("@a:y", .none) == .admin)
        #expect(choose("@a:y", .adminLogin) == .admin)
        #expect(choose("@a:x", useAdmin: true, .adminLogin) == .admin)
        #expect(choose("@admin:x", .adminLogin) == .admin)
    }

    @Test func `finished rooms shrink to one id when no room is left out`() {
        let rooms = (0..<500).map { "!\(1000 + $0):x" }
        var finished = FinishedRooms()
        for room in rooms { finished.insert(room, of: rooms) }
        #expect(finished.beyond.isEmpty && finished.through == rooms.last)
        #expect(finished.next(of: rooms, excluding: []) == nil)
    }

    @Test func `a room that is held does not let the others run ahead without end`() {
        let rooms = (0..<500).map { "!\(1000 + $0):x" }
        var (finished, count) = (FinishedRooms(), 0)
        while let room = finished.next(of: rooms, excluding: [rooms[0]]) {
            finished.insert(room, of: rooms)
            count += 1
        }
        #expect(count == FinishedRooms.mostBeyond)
        #expect(finished.next(of: rooms, excluding: []) == rooms[0])
    }

    @Test func `failures are kept within bounds and counted beyond`() throws {
        var reasons = BoundedReasons(entries: 1000, bytes: 20_000)
        for number in 0..<2000 { reasons.add("$event-\(number)-of-ordinary-length-for-an-id", String(repeating: "x", count: 300)) }
        reasons.add("$event-0-of-ordinary-length-for-an-id", "again")
        #expect(reasons.count == 2000)
        #expect(reasons.omitted > 0)
        #expect(try JSONBytesSize.of(reasons) < 21_000)
    }

    @Test func `rooms in trouble are bounded, and what is not counted gives nothing up`() throws {
        var checkpoint = RedactCheckpoint()
        let counted = (0..<500).count { checkpoint.countTrouble(in: "!room-of-ordinary-length-\(1000 + $0):example.org", "x") }
        #expect(counted > 50 && counted < 200)
        #expect(checkpoint.failedRooms.isEmpty)
        #expect(try JSONBytesSize.of(checkpoint.troubledRooms) < 5_000)
    }

    @Test func `a list of rooms that is too long to keep is noted, and not replaced by a later one`() {
        var checkpoint = RedactCheckpoint()
        checkpoint.keep((0..<2000).map { "!room-\($0):example.org" })
        #expect(checkpoint.rooms == nil && checkpoint.roomsOmitted)
        #expect(checkpoint.roomMarks == nil && !checkpoint.doubts(RoomsElsewhere()).isEmpty)
        checkpoint.keep(["!a:x"])
        #expect(checkpoint.rooms == nil && checkpoint.roomsOmitted)
    }

    @Test func `versions that lose redacts are told apart`() {
        func may(_ version: String) -> Bool? { SynapseVersion(version)?.mayRedactByItself }
        #expect(may("1.163.2") == true && may("1.119.0rc2") == true && may("2.0") == true)
        #expect(may("1.118.0") == false && may("1.116.0 (b=x)") == false && may("1.99.0") == false)
        #expect(may("nonsense") == nil)
    }
}

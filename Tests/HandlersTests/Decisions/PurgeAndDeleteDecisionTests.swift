import Foundation
import HomeserverClient
import HomeserverTasks
import Scheduler
import Testing

@testable import Handlers

enum JSONBytesSize {
    static func of(_ value: some Encodable) throws -> Int { try JSONBytes(encoding: value).utf8.count }
}

struct PurgeAndDeleteDecisionTests {
    @Test func `slices are cut every so many events and end with the bound`() {
        var slices = PurgeSlices()
        for number in 1...7 { slices.add("$\(number)", size: 3) }
        slices.close(before: "$8", upTo: nil)
        #expect(slices.list == [.init(before: "$4", events: 3), .init(before: "$7", events: 3), .init(before: "$8", events: 1)])
        #expect(slices.events == 7)
    }

    @Test func `ten million events fit into a checkpoint, none is lost`() throws {
        var checkpoint = PurgeCheckpoint()
        let count = 20_000
        for number in 0..<count {
            checkpoint.slices.add("$event-id-of-the-ordinary-length-of-44-\(100_000 + number)", size: 1)
        }
        checkpoint.slices.close(before: "$bound", upTo: nil)
        #expect(checkpoint.slices.events == count)
        #expect(try JSONBytesSize.of(checkpoint) < 60_000)
    }

    @Test func `a delete of a huge room fits into its checkpoint`() throws {
        let names = (0..<5000).map { "@user-with-a-name-\($0):example.org" }
        let json = try JSONEncoder().encode([
            "kicked_users": names, "failed_to_kick_users": names.map { $0 + ".uk" }, "local_aliases": names.map { "#" + $0 },
        ])
        let shutdown = try JSONDecoder().decode(RemoteRoomDelete.Shutdown.self, from: json)
        var checkpoint = DeleteCheckpoint(known: (0..<DeleteCheckpoint.mostKnown).map { "abcdefghij\(100_000 + $0)" })
        for _ in 0..<3 { checkpoint.merge(shutdown) }
        #expect(try JSONBytesSize.of(checkpoint) < 65_536)
        #expect(checkpoint.result.kickedUsers.first == names.first)
        #expect(!checkpoint.result.failedToKickUsers.isEmpty && !checkpoint.result.localAliases.isEmpty)
    }

    @Test func `what passes is tried again, the rest fails`() {
        #expect(RemoteFailure.mayPassLater("could not serialize access due to concurrent update"))
        #expect(RemoteFailure.mayPassLater("constraint \"sliding_sync_joined_rooms_event_stream_ordering_fkey\""))
        #expect(!RemoteFailure.mayPassLater("topological_ordering is greater than forward extremities"))
        #expect(RemoteFailure.isStillJoined("400: Users are still joined to this room"))
    }

    @Test func `a delete that was not there before is the task's own`() throws {
        func delete(_ id: String, _ status: String) throws -> RemoteRoomDelete {
            try JSONDecoder().decode(RemoteRoomDelete.self, from: Data(#"{"delete_id":"\#(id)","status":"\#(status)"}"#.utf8))
        }
        let deletes = try [delete("old", "complete"), delete("new", "complete"), delete("bad", "failed")]
        #expect(DeleteChoice.of(deletes, known: ["old"]) == .own("new"))
        #expect(DeleteChoice.of(deletes, known: ["old", "new"]) == .none)
        #expect(DeleteChoice.of(try [delete("theirs", "active")], known: ["theirs"]) == .foreign("theirs"))
    }
}

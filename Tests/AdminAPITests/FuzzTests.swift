import Foundation
import Scheduler
import SchedulerTesting
import Testing

@testable import AdminAPI

/// Mutations of right inputs are read, or refused in words, and nothing crashes.
///
/// The seeds are fixed.
@Suite(.timeLimit(.minutes(2))) struct FuzzTests {
    private static let rounds = 4000

    private static let documents = [
        #"{"action":"purge_history","params":{"room_id":"!r:h","up_to_ts":1},"priority":5,"run_at":"2026-11-21T09:30:00.000Z","max_attempts":3,"resource_id":null}"#,
        #"{"rooms":["!a:h","!b:h"],"reason":"spam \u00e9\ud83d\ude00","limit":1000,"use_admin":true,"before_ts":1764000000000}"#,
        #"{"block":true,"purge":false,"force_purge":false,"new_room_user_id":"@a:h","message":"bye","x":[1,-2.5e-3,[],{}]}"#,
        #"[0.5, 1E+9, "\"\\\/\b\f\n\r\t", [[[[[[{"a":{"b":null}}]]]]]]]"#,
    ]

    @Test(arguments: 1...UInt64(4)) func `JSON is read or refused, and what is read is written and read the same`(seed: UInt64) throws {
        var mutation = Mutation(seed: seed)
        var read = 0
        for round in 0..<Self.rounds {
            let bytes = mutation.of(Self.documents[round % Self.documents.count])
            guard let value = try? JSONParser.parse(bytes) else { continue }
            read += 1
            let again = try JSONParser.parse(value.bytes.utf8)
            #expect(again == value, "seed \(seed), round \(round)")
            // What this parser takes, a parser of another make takes too: nobody downstream reads something else, or nothing.
            let other = try? JSONSerialization.jsonObject(with: Data(value.bytes.utf8), options: [.fragmentsAllowed])
            #expect(other != nil, "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(read > 100)
    }

    @Test(arguments: 1...UInt64(4)) func `a submission is read, or refused with 400 and the key's name`(seed: UInt64) {
        var mutation = Mutation(seed: seed)
        for round in 0..<Self.rounds {
            let bytes = mutation.of(Self.documents[0])
            guard let members = (try? JSONParser.parse(bytes))?.members else { continue }
            do {
                _ = try TaskSubmission.request(members)
            } catch {
                let refusal = error as? APIError
                #expect(refusal?.status == .badRequest && refusal?.field != nil, "seed \(seed), round \(round): \(error)")
            }
        }
    }

    @Test(arguments: 1...UInt64(4)) func `bodies of Synapse's routes are read, or refused with 400`(seed: UInt64) {
        var mutation = Mutation(seed: seed)
        for round in 0..<Self.rounds {
            let delete = mutation.of(Self.documents[2])
            let purge = mutation.of(#"{"delete_local_events":true,"purge_up_to_event_id":null,"purge_up_to_ts":1764000000000}"#)
            if let members = (try? JSONParser.parse(delete))?.members {
                refusedOrRead("seed \(seed), round \(round)") { _ = try DeleteRoom.params(room: "!r:h", body: members, serverName: "h") }
            }
            if let members = (try? JSONParser.parse(purge))?.members {
                refusedOrRead("seed \(seed), round \(round)") { _ = try PurgeHistoryRoutes.bound(pathEvent: nil, body: members) }
            }
        }
    }

    @Test(arguments: 1...UInt64(4)) func `paths, queries and times are read or refused`(seed: UInt64) {
        var mutation = Mutation(seed: seed)
        for round in 0..<Self.rounds {
            let query = String(
                decoding: mutation.of("status=failed&action=a&resource_id=%21r%3Ah&after=17&limit=10&order=oldest"), as: UTF8.self)
            refusedOrRead("seed \(seed), round \(round)") { _ = try TaskReading.query(QueryItems(query)) }
            let path = String(decoding: mutation.of("/_synapse/admin/v1/user/%40u%3Ah/redact"), as: UTF8.self)
            _ = PathPattern("/_synapse/admin/v1/user/{user_id}/redact*").match(path.split(separator: "/", omittingEmptySubsequences: false))
            _ = RFC3339.date(String(decoding: mutation.of("2026-11-21T09:30:00.000+01:00"), as: UTF8.self))
        }
    }

    private func refusedOrRead(_ place: String, _ work: () throws -> Void) {
        do {
            try work()
        } catch {
            #expect((error as? APIError)?.status == .badRequest, "\(place): \(error)")
        }
    }
}

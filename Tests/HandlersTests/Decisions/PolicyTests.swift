import HomeserverTasks
import Scheduler
import Testing

@testable import Handlers

struct PolicyTests {
    @Test(arguments: [
        ("*", "", true), ("?", "", false), ("a*c", "abc", true), ("a*c", "ac", true), ("a*c", "abd", false),
        ("*:spam.org", "#a:spam.org", true),
        ("*:spam.org", "#a:spam.org.uk", false), ("#off-?:*", "#off-1:x", true), ("!a:x", "!a:x", true), ("!a:x", "!A:x", false),
        ("**a**", "bab", true), ("a*b*c*d", "aXbXcXbXd", true),
    ])
    func `a pattern fits a whole name`(_ pattern: String, _ name: String, _ fits: Bool) {
        #expect(NamePattern.matches(pattern, name) == fits)
    }

    @Test(arguments: [1, -1, 1_700_000_000, PurgeHistory.earliest - 1])
    func `a purge up to a time in seconds, or below zero, is refused by name`(_ ts: Int64) {
        let error = #expect(throws: InvalidParams.self) { try PurgeHistory.validate(.init(roomID: "!r:h", purgeUpToTs: ts)) }
        #expect(error?.field == "purge_up_to_ts")
    }

    @Test(arguments: [0, PurgeHistory.earliest, 1_700_000_000_000]) func `a purge up to a time in milliseconds is taken`(_ ts: Int64) throws
    {
        try PurgeHistory.validate(.init(roomID: "!r:h", purgeUpToTs: ts))
    }

    @Test func `a hostile pattern takes no time`() {
        let stars = String(repeating: "*a", count: 120) + "b"
        #expect(ContinuousClock().measure { _ = NamePattern.matches(stars, String(repeating: "a", count: 1000)) } < .seconds(2))
    }

    @Test func `a policy is for rooms of which a name fits, and none that is excluded`() {
        var policy = PurgeHistoryAllRooms.Params(olderThan: "90d")
        let names = ["!r:h", "#off-topic:h", "Off topic"]
        #expect(policy.covers(names))
        policy.rooms = ["#off-*:h"]
        #expect(policy.covers(names) && !policy.covers(["!r:h"]))
        policy.excludeRooms = ["Off*"]
        #expect(!policy.covers(names))
    }

    @Test func `rooms with fewer events than asked for are left alone, and those with none`() {
        #expect(RoomJudgement.judge(events: 0, fewest: 0) == .skip && RoomJudgement.judge(events: 99, fewest: 100) == .skip)
        #expect(RoomJudgement.judge(events: 1, fewest: 0) == .purge(events: 1) && RoomJudgement.judge(events: 100, fewest: 100) != .skip)
    }

    @Test func `a policy that cannot be kept is refused with the field's name, and so is a misspelt key`() {
        func field(_ rest: String) -> String? {
            do {
                let action = ActionDefinition(PurgeHistoryAllRooms.self)
                try action.validate(JSONBytes("{\(rest)}"))
                return nil
            } catch {
                return (error as? InvalidParams)?.field
            }
        }
        #expect(field(#""older_than": "90d""#) == nil)
        for age in ["", "90", "d", "0d", "-1d", "1.5d", "30s", "1y", "99999999d", "９0d"] {
            #expect(field("\"older_than\": \"\(age)\"") == "older_than", "\(age)")
        }
        for (field_, value) in [
            ("rooms", "[\"\"]"), ("exclude_rooms", "[\"\"]"), ("min_events", "-1"), ("min_local_members", "-1"), ("concurrency", "0"),
            ("concurrency", "11"), ("pause_ms", "-1"), ("pause_ms", "600001"), ("window", "\"2\""), ("time_zone", "\"UTC\""),
            ("exlude_rooms", "[]"),
        ] { #expect(field("\"older_than\": \"90d\", \"\(field_)\": \(value)") == field_) }
    }
}

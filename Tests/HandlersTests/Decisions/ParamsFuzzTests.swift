import Foundation
import HomeserverTasks
import SchedulerTesting
import Testing

@testable import Scheduler

/// Random and hostile params for every action of the catalogue; `MUSTER_FUZZ_EXAMPLES` asks for more than sixty of each kind.
@Suite(.timeLimit(.minutes(5)))
struct ParamsFuzzTests {
    private static let examples = ProcessInfo.processInfo.environment["MUSTER_FUZZ_EXAMPLES"].flatMap(Int.init) ?? 60

    /// Right params, from which the wrong ones are made.
    private static let right: [ActionName: String] = [
        DeactivateUser.name: #"{"user_id": "@a:x", "erase": true}"#,
        DeleteRooms.name: #"{"rooms": ["!a:x", "!b:x"], "block": true, "purge": true, "new_room_user_id": "@a:x", "message": "m"}"#,
        DeleteUserMedia.name: #"{"user_id": "@a:x"}"#,
        PurgeHistory.name:
            #"{"room_id": "!a:x", "purge_up_to_event_id": "$e", "purge_up_to_ts": 1700000000005, "pause_ms": 5, "window": "02:00-05:00", "time_zone": "UTC"}"#,
        PurgeHistoryAllRooms.name:
            #"{"older_than": "90d", "rooms": ["*:x"], "exclude_rooms": ["!b*"], "min_events": 3, "concurrency": 2, "window": "22:00-04:00"}"#,
        PurgeMediaCache.name: #"{"before_ts": 1700000000000}"#,
        QuarantineUserMedia.name: #"{"user_id": "@a:x"}"#,
        RedactAllEvents.name:
            #"{"user_id": "@a:x", "rooms": ["!a:x"], "limit": 5, "before_ts": 1764000000007, "after_ts": 1764000000003, "event_types": ["*"]}"#,
        RedactAndDeactivateUser.name: #"{"user_id": "@a:x", "reason": "spam", "limit": 5, "erase": false}"#,
        RedactUsers.name: #"{"users": ["@a:x", "@b:x"], "reason": "spam", "dry_run": true}"#,
        RestoreRateLimit.name: #"{"user_id": "@a:x", "messages_per_second": 1, "burst_count": 2, "task_id": "12"}"#,
        ShutdownAndPurgeRoom.name: #"{"room_id": "!a:x", "block": true, "force_purge": false, "room_name": "n", "message": "m"}"#,
    ]

    /// Params that come in well-formed JSON, of whatever types.
    private struct Values {
        var numbers: SeededNumbers

        mutating func object(like right: [String: Any], keys: [String]) -> [String: Any] {
            var object = right
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                guard let key = keys.randomElement(using: &numbers) else { continue }
                if Int.random(in: 0..<6, using: &numbers) == 0 { object[key] = nil } else { object[key] = value(depth: 0) }
            }
            return object
        }

        private mutating func value(depth: Int) -> Any {
            switch Int.random(in: 0..<(depth > 3 ? 8 : 11), using: &numbers) {
            case 0: return NSNull()
            case 1: return Bool.random(using: &numbers)
            case 2: return Int64.random(in: .min ... .max, using: &numbers)
            case 3: return Int.random(in: -3...20, using: &numbers)
            case 4: return Double.random(in: -1e9...1e9, using: &numbers)
            case 5: return String(repeating: "@a:x", count: Int.random(in: 0...500, using: &numbers))
            case 6:
                return ["\0", "@\0:x", "!a:x", "@a:x", "\u{202E}", "90d", "-1d", "25:00-26:00", "Europe/Zurich", "*", ""].randomElement(
                    using: &numbers) ?? ""
            case 7: return ["@a:x", "!\u{1F4A5}:x", "m.room.create", "**"].randomElement(using: &numbers) ?? ""
            case 8: return (0..<Int.random(in: 0...30, using: &numbers)).map { _ in value(depth: depth + 1) }
            case 9: return Array(repeating: "!a:x", count: Int.random(in: 0...3000, using: &numbers))
            default: return ["a": value(depth: depth + 1)]
            }
        }
    }

    @Test(arguments: HomeserverCatalogue.actions.map(\.name))
    func `a misspelt key is refused by every action, and the nearest known one named`(_ name: ActionName) throws {
        let right = try #require(Self.right[name])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(right.utf8)) as? [String: Any])
        for key in object.keys.sorted() + ["dry_run"] {
            var misspelt = object
            misspelt[key + "x"] = object[key] ?? true
            let json = JSONBytes(utf8: Array(try JSONSerialization.data(withJSONObject: misspelt)))
            let refusal = #expect(throws: InvalidParams.self, "\(key)") {
                try HomeserverCatalogue.actions.first { $0.name == name }?.validate(json)
            }
            #expect(refusal?.field == key + "x")
            if object[key] != nil { #expect(refusal?.problem.contains("'\(key)'") == true) }
        }
    }

    @Test(arguments: HomeserverCatalogue.actions.map(\.name))
    func `a text that cannot be meant is refused by every action, wherever it stands`(_ name: ActionName) throws {
        let right = try #require(Self.right[name])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(right.utf8)) as? [String: Any])
        let check = RequestCheck(catalogue: try Catalogue(HomeserverCatalogue.actions), settings: SchedulerSettings())
        func field(_ key: String, _ value: Any) throws -> String? {
            var changed = object
            changed[key] = value
            let json = JSONBytes(utf8: Array(try JSONSerialization.data(withJSONObject: changed)))
            do {
                _ = try check.validate(TaskRequest(action: name, params: json))
                return nil
            } catch let error as SchedulerError {
                return error.field
            }
        }
        for (key, value) in object {
            if let text = value as? String {
                #expect(try field(key, text + "\0") == "params.\(key)")
                #expect(try field(key, String(repeating: text, count: 40_000 / text.utf8.count)) == "params.\(key)")
            } else if let list = value as? [String] {
                #expect(try field(key, list + [(list.first ?? "") + "\0"]) == "params.\(key).[\(list.count)]")
                #expect(try field(key, list + [String(repeating: "x", count: 2000)])?.hasPrefix("params.\(key)") == true)
            }
        }
        let ids = ["user_id", "users", "room_id", "new_room_user_id", "task_id", "parent_task_id", "purge_up_to_event_id"]
        for key in ids where object[key] != nil {
            let wrong: Any = object[key] is String ? "nobody" : ["nobody"]
            #expect(try field(key, wrong)?.hasPrefix("params.\(key)") == true)
        }
    }

    @Test func `there are params for every action of the catalogue`() throws {
        #expect(Set(Self.right.keys) == Set(HomeserverCatalogue.actions.map(\.name)))
        for action in HomeserverCatalogue.actions { try action.validate(JSONBytes(try #require(Self.right[action.name]))) }
    }

    @Test(arguments: HomeserverCatalogue.actions.map(\.name))
    func `wrong params are refused with a field's name, and what is taken is read the same again`(_ name: ActionName) throws {
        let right = try #require(Self.right[name])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(right.utf8)) as? [String: Any])
        let keys = object.keys.sorted() + ["dry_run", "erase", "parent_task_id", "use_admin", "nonsense"]
        for seed in 0..<UInt64(Self.examples) {
            var values = Values(numbers: SeededNumbers(seed: seed))
            let changed = values.object(like: object, keys: keys)
            try Self.judge(name, Array(try JSONSerialization.data(withJSONObject: changed)), seed)
            var mutation = Mutation(seed: seed)
            try Self.judge(name, mutation.of(right), seed)
        }
        for depth in [100, 600, 20_000] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            for json in [nested, "{\"rooms\": \(nested), \"user_id\": \(nested)}"] { try Self.judge(name, Array(json.utf8), UInt64(depth)) }
        }
    }

    private static func judge(_ name: ActionName, _ json: [UInt8], _ seed: UInt64) throws {
        func judge<A: Action>(_ action: A.Type) throws where A.Params: Hashable {
            do {
                try ActionDefinition(action).validate(JSONBytes(utf8: json))
            } catch let refusal as InvalidParams {
                // An empty name is the object as a whole, which is not JSON, or not an object.
                #expect(refusal.problem.count < 300, "\(name) \(seed)")
                let isObject = (try? JSONSerialization.jsonObject(with: Data(json))) is [String: Any]
                #expect(!refusal.field.isEmpty || !isObject || refusal.problem.contains("numbers that fit"), "\(name) \(seed) \(refusal)")
                return
            }
            let read = try A.decode(JSONBytes(utf8: json))
            let again = try A.decode(try JSONBytes(encoding: read))
            #expect(read == again, "\(name) \(seed)")
            try A.validate(again)
            #expect(A.resourceID(of: read) == A.resourceID(of: again))
        }
        switch name {
        case DeactivateUser.name: try judge(DeactivateUser.self)
        case DeleteRooms.name: try judge(DeleteRooms.self)
        case DeleteUserMedia.name: try judge(DeleteUserMedia.self)
        case PurgeHistory.name: try judge(PurgeHistory.self)
        case PurgeHistoryAllRooms.name: try judge(PurgeHistoryAllRooms.self)
        case PurgeMediaCache.name: try judge(PurgeMediaCache.self)
        case QuarantineUserMedia.name: try judge(QuarantineUserMedia.self)
        case RedactAllEvents.name: try judge(RedactAllEvents.self)
        case RedactAndDeactivateUser.name: try judge(RedactAndDeactivateUser.self)
        case RedactUsers.name: try judge(RedactUsers.self)
        case RestoreRateLimit.name: try judge(RestoreRateLimit.self)
        case ShutdownAndPurgeRoom.name: try judge(ShutdownAndPurgeRoom.self)
        default: Issue.record("an action without a case: \(name)")
        }
    }
}

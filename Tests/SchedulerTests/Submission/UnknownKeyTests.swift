import Foundation
import Testing

@testable import Scheduler

/// Keys of params that nobody knows: refused for every action, whether its decoding is synthesized or written by hand.
struct UnknownKeyTests {
    enum Wash: Action {
        struct Params: Codable, Sendable {
            struct Water: Codable, Sendable {
                var degrees: Int
                var soft: Bool?
            }
            enum Soap: Codable, Sendable {
                case none
                case powder(grams: Int)
            }
            var dryRun: Bool?
            var water: Water?
            var cycles: [Water]?
            var labels: [String: String]?
            var byRoom: [String: Water]?
            var soap: Soap?
            var since: Date?
            var link: URL?
            var blob: Data?

            enum CodingKeys: String, CodingKey {
                case water, cycles, labels, byRoom, soap, since, link, blob
                case dryRun = "dry_run"
            }
        }
        static let name: ActionName = "wash"
        static let summary = "Washes"
        static let defaults = ActionDefaults()
    }

    enum Rest: Action {
        struct Params: Codable, Sendable {}
        static let name: ActionName = "rest"
        static let summary = "Does nothing"
        static let defaults = ActionDefaults()
    }

    /// Its decoding asks for some keys only at times, and by all the other ways that there are.
    enum Iron: Action {
        struct Params: Codable, Sendable {
            enum CodingKeys: String, CodingKey { case mode, steam, base, rows, inner }
            var mode: String

            init(from decoder: any Decoder) throws {
                let keys = try decoder.container(keyedBy: CodingKeys.self)
                mode = try keys.decode(String.self, forKey: .mode)
                if mode == "steam" { _ = try keys.decode(Int.self, forKey: .steam) }
                if keys.contains(.base) { _ = try Wash.Params.Water(from: try keys.superDecoder(forKey: .base)) }
                if keys.contains(.rows) {
                    var rows = try keys.nestedUnkeyedContainer(forKey: .rows)
                    while !rows.isAtEnd { _ = try rows.nestedContainer(keyedBy: CodingKeys.self).decode(String.self, forKey: .mode) }
                }
                if keys.contains(.inner) {
                    _ = try keys.nestedContainer(keyedBy: CodingKeys.self, forKey: .inner).contains(.mode)
                }
            }

            func encode(to encoder: any Encoder) throws {
                var keys = encoder.container(keyedBy: CodingKeys.self)
                try keys.encode(mode, forKey: .mode)
            }
        }
        static let name: ActionName = "iron"
        static let summary = "Irons"
        static let defaults = ActionDefaults()
        static let furtherKeys = ["steam", "base.note", "inner.*"]
    }

    /// Reads its JSON in a way of its own.
    enum Fold: Action {
        struct Params: Codable, Sendable { var text: String }
        static let name: ActionName = "fold"
        static let summary = "Folds"
        static let defaults = ActionDefaults()
        static let furtherKeys = ["corners"]
        static func decode(_ params: JSONBytes) throws -> Params { Params(text: "\(params)") }
    }

    /// Reads its JSON in a way of its own, and says nothing of its keys.
    enum Hang: Action {
        static let name: ActionName = "hang"
        static let summary = "Hangs up"
        static let defaults = ActionDefaults()
        static func decode(_ params: JSONBytes) throws -> Fold.Params { try Fold.decode(params) }
    }

    /// The same, and takes no empty object.
    enum Tumble: Action {
        struct Params: Codable, Sendable { var minutes: Int }
        static let name: ActionName = "tumble"
        static let summary = "Tumbles"
        static let defaults = ActionDefaults()
        static func decode(_ params: JSONBytes) throws -> Params {
            try JSONDecoder().decode(Params.self, from: params.data)
        }
    }

    /// Knows every key.
    enum Store: Action {
        static let name: ActionName = "store"
        static let summary = "Stores"
        static let defaults = ActionDefaults()
        static let furtherKeys = ["*"]
        static func decode(_ params: JSONBytes) throws -> Fold.Params { try Fold.decode(params) }
    }

    private func field<A: Action>(_ action: A.Type, _ params: String) -> String? {
        do {
            try ActionDefinition(action).validate(JSONBytes(params))
            return nil
        } catch {
            return (error as? InvalidParams)?.field ?? "\(error)"
        }
    }

    @Test(arguments: [
        "{}", #"{"dry_run": true}"#, #"{"dry_run": null, "water": {"degrees": 4}}"#, #"{"labels": {"any": "a", "key": "b"}}"#,
        #"{"byRoom": {"!a:x": {"degrees": 1}}}"#, #"{"soap": {"powder": {"grams": 3}}}"#, #"{"cycles": [{"degrees": 1}, {"degrees": 2}]}"#,
        #"{"since": 12.5, "link": "https://example.org/", "blob": "AAEC"}"#,
    ])
    func `params with known keys alone pass, keys of dictionaries are free`(params: String) {
        #expect(field(Wash.self, params) == nil)
    }

    @Test(arguments: [
        (#"{"dryrun": true}"#, "dryrun"), (#"{"dry_run": true, "x": {"y": 1}}"#, "x"),
        (#"{"water": {"degrees": 1, "sofd": true}}"#, "water.sofd"),
        (#"{"cycles": [{"degrees": 1}, {"degrees": 2, "hot": 1}]}"#, "cycles.[1].hot"),
        (#"{"byRoom": {"!a:x": {"degrees": 1, "hot": 1}}}"#, "byRoom.!a:x.hot"),
        (#"{"soap": {"powder": {"grams": 3, "gram": 3}}}"#, "soap.powder.gram"),
        (#"{"soap": {"none": {}, "gel": {}}}"#, "soap.gel"), (#"{"": 1}"#, "''"),
    ])
    func `a key that nobody asks for is refused by its path, in objects, lists, dictionaries and enums`(params: String, expected: String) {
        #expect(field(Wash.self, params) == expected)
    }

    @Test func `the refusal names the nearest key, or all where none is near`() throws {
        let near = #expect(throws: InvalidParams.self) { try ActionDefinition(Wash.self).validate(JSONBytes(#"{"dryrun": true}"#)) }
        #expect(near?.problem.contains("'dry_run'") == true)
        let far = #expect(throws: InvalidParams.self) { try ActionDefinition(Wash.self).validate(JSONBytes(#"{"xylophone": 1}"#)) }
        #expect(far?.problem.contains("water") == true && far?.problem.contains("nearest") == false)
    }

    @Test func `params without any keys have none`() {
        #expect(field(Rest.self, "{}") == nil && field(Rest.self, #"{"dry_run": true}"#) == "dry_run")
    }

    @Test(arguments: [
        (#"{"mode": "dry", "steam": 3}"#, nil), (#"{"mode": "dry", "base": {"degrees": 1, "note": "n"}}"#, nil),
        (#"{"mode": "dry", "inner": {"whatever": 1}}"#, nil), (#"{"mode": "dry", "rows": [{"mode": "a"}]}"#, nil),
        (#"{"mode": "dry", "base": {"degrees": 1, "note2": "n"}}"#, "base.note2"),
        (#"{"mode": "dry", "rows": [{"mode": "a", "steam": 1}]}"#, "rows.[0].steam"), (#"{"mode": "dry", "stem": 3}"#, "stem"),
    ])
    func `decoding that asks at times declares its keys`(params: String, expected: String?) {
        #expect(field(Iron.self, params) == expected)
    }

    @Test func `decoding of its own knows what it declares`() {
        #expect(field(Fold.self, #"{"corners": 4}"#) == nil && field(Fold.self, #"{"corner": 4}"#) == "corner")
    }

    @Test func `decoding of its own that declares nothing makes no catalogue, which says what to declare`() throws {
        let error = #expect(throws: SchedulerError.self) {
            try Catalogue([ActionDefinition(Hang.self), ActionDefinition(Wash.self)])
        }
        #expect(error?.code == .configuration && error?.message.contains("'hang'") == true)
        #expect(error?.message.contains("static let furtherKeys") == true)
        // Neither those that declare, nor those that ask, whether or not they take an empty object.
        _ = try Catalogue([
            ActionDefinition(Fold.self), ActionDefinition(Store.self), ActionDefinition(Iron.self), ActionDefinition(Rest.self),
        ])
        #expect(field(Store.self, #"{"any": {"key": 1}}"#) == nil)
    }

    @Test func `where the empty object does not show it, the first submission as JSON is refused`() throws {
        let check = RequestCheck(catalogue: try Catalogue([ActionDefinition(Tumble.self)]), settings: SchedulerSettings())
        for params in [#"{"minutes": 3}"#, #"{"minutes": 3, "dryrun": true}"#] {
            let request = TaskRequest(action: "tumble", params: JSONBytes(params))
            let error = #expect(throws: SchedulerError.self) { try check.validate(request) }
            #expect(error?.code == .configuration && error?.message.contains("static let furtherKeys") == true, "\(params)")
        }
        let wrong = TaskRequest(action: "tumble", params: JSONBytes(#"{"minutes": "many"}"#))
        #expect(#expect(throws: SchedulerError.self) { try check.validate(wrong) }?.field == "params.minutes")
        // A typed value has no other keys.
        _ = try check.validate(TaskRequest(Tumble.self, Tumble.Params(minutes: 3)))
        #expect(try Tumble.decode(JSONBytes(#"{"minutes": 3, "old": 1}"#)).minutes == 3)  // I3
    }

    @Test func `errors are the same as without the rule`() {
        #expect(field(Wash.self, #"{"water": {"degrees": "hot", "x": 1}}"#) == "water.degrees")
        #expect(field(Wash.self, #"{"cycles": {"0": 1}}"#) == "cycles" && field(Wash.self, #"{"blob": [1]}"#) == "blob")
    }

    @Test func `a task that is stored is read as before`() throws {  // I3
        #expect(try Wash.decode(JSONBytes(#"{"dryrun": true, "water": {"degrees": 4, "x": 1}}"#)).water?.degrees == 4)
    }

    @Test(arguments: [
        (#"{"labels": {"a": "b\u0000"}}"#, "params.labels.a"), (#"{"labels": {"a\u0000": "b"}}"#, "params.labels"),
        (#"{"dry_run\u0000": 1}"#, "params"), (#"{"labels": {"a": "\\\u0000"}}"#, "params.labels.a"),
        (#"{"labels": {"a": "\\u0000"}}"#, nil),
    ])
    func `a NUL character is refused wherever it stands`(params: String, expected: String?) throws {
        let check = RequestCheck(catalogue: try Catalogue([ActionDefinition(Wash.self)]), settings: SchedulerSettings())
        let request = TaskRequest(action: "wash", params: JSONBytes(params))
        guard let expected else { return _ = try check.validate(request) }
        #expect(#expect(throws: SchedulerError.self) { try check.validate(request) }?.field == expected)
        // Also where a typed value vouches for the rest.
        let typed = try TaskRequest(Wash.self, Wash.Params(labels: ["a": "b\0"]))
        #expect(#expect(throws: SchedulerError.self) { try check.validate(typed) }?.field == "params.labels.a")
    }
}

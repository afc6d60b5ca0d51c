import Foundation
import Testing

@testable import Scheduler

struct ActionNameTests {
    private static let longest = String(repeating: "a", count: 100)

    @Test(arguments: ["a", "redact_all_events", "a.b-c_9", longest])
    func `a name of lower-case letters, digits and three signs is valid`(name: String) {
        #expect(ActionName(rawValue: name).isValid)
    }

    @Test(arguments: ["", "A", "1a", "_a", ".a", "-a", "a b", "a\0", "a\n", "aé", "ä", "a/b", "a:b", longest + "a"])
    func `any other name is not`(name: String) {
        #expect(!ActionName(rawValue: name).isValid)
    }

    @Test func `a name travels as the plain string`() throws {
        let json = try JSONEncoder().encode([ActionName("sweep")])
        #expect(String(decoding: json, as: UTF8.self) == "[\"sweep\"]")
        #expect(try JSONDecoder().decode([ActionName].self, from: json) == ["sweep"])
        #expect("\(ActionName("sweep"))" == "sweep")
    }

    @Test func `names are ordered by their bytes`() {
        let names: [ActionName] = ["b", "a_b", "a.b", "a", "a-b"]
        #expect(names.sorted() == ["a", "a-b", "a.b", "a_b", "b"])
    }

    @Test func `a catalogue refuses an invalid name and a name that stands twice`() throws {
        enum Shouting: Action {
            struct Params: Codable, Sendable {}
            static let name: ActionName = "SHOUT"
            static let summary = "Shouts"
            static let defaults = ActionDefaults()
        }
        let invalid = #expect(throws: SchedulerError.self) { try Catalogue([ActionDefinition(Shouting.self)]) }
        #expect(invalid?.code == .configuration)
        let twice = #expect(throws: SchedulerError.self) { try Catalogue([ActionDefinition(Sweep.self), ActionDefinition(Sweep.self)]) }
        #expect(twice?.message.contains("twice") == true)
    }
}

import Scheduler
import Testing

@testable import Handlers

/// Ids as long as Matrix allows, which others choose.
enum LongNames {
    /// A room id of 255 bytes that begins like the others.
    static func room(_ name: String) -> String {
        let end = "\(name):elsewhere.test"
        return "!" + String(repeating: "r", count: 254 - end.utf8.count) + end
    }
}

struct ChildKeyTests {
    private let parent = TaskID(rawValue: .max)

    @Test func `the key of a child fits, whatever others call their rooms`() {
        let rooms = (0..<100).map { LongNames.room("\($0)") } + ["!short:x"]
        let keys = rooms.map { ChildTasks.key(of: $0, under: parent) }
        #expect(rooms[0].utf8.count == 255 && keys.allSatisfy { $0.utf8.count <= 255 })
        #expect(Set(keys).count == rooms.count)
        #expect(keys == rooms.map { ChildTasks.key(of: $0, under: parent) })
        #expect(keys[0] != ChildTasks.key(of: rooms[0], under: TaskID(rawValue: 1)))
    }

    @Test func `the longest name that fits stands in the key as it is`() {
        let prefix = "child:\(parent):"
        let name = String(repeating: "a", count: 255 - prefix.utf8.count)
        #expect(ChildTasks.key(of: name, under: parent) == prefix + name)
        #expect(ChildTasks.key(of: name + "a", under: parent).utf8.count < 100)
    }
}

import Foundation
import Testing

@testable import Scheduler

struct TaskIDTests {
    @Test(arguments: [1, 2, 1_048_576, Int64.max])
    func `an id survives its decimal form and its JSON form`(number: Int64) throws {
        let id = TaskID(rawValue: number)
        #expect(TaskID(id.description) == id)
        let json = try JSONEncoder().encode([id])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(number)\"]")
        #expect(try JSONDecoder().decode([TaskID].self, from: json) == [id])
    }

    @Test(arguments: [
        "", "0", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "１", "٣", "1\0", "1\n", "9223372036854775808", "99999999999999999999999",
        "abc",
        "1_000",
    ])
    func `anything but a positive 64-bit number is no id`(text: String) {
        #expect(TaskID(text) == nil)
    }

    @Test func `leading zeros name the same task`() {
        #expect(TaskID("007") == TaskID(rawValue: 7))
    }

    @Test(arguments: ["[1]", "[\"0\"]", "[\"x\"]", "[null]"])
    func `JSON holds an id as a decimal string and as nothing else`(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([TaskID].self, from: Data(json.utf8)) }
    }

    @Test func `ids are ordered by number, not by text`() {
        #expect(TaskID(rawValue: 9) < TaskID(rawValue: 10))
        #expect(!(TaskID(rawValue: 10) < TaskID(rawValue: 10)))
    }
}

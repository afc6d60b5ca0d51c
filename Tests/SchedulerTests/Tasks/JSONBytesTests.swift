import Foundation
import Testing

@testable import Scheduler

struct JSONBytesTests {
    @Test(arguments: ["{}", " {} ", "{\"a\":{\"b\":[1,null]}}", "{\"a\":\"\\u0000\"}", "{\"ä\":\"é\"}"])
    func `one JSON object is an object`(text: String) {
        #expect(JSONBytes(text).isObject)
    }

    @Test(arguments: ["", " ", "[]", "[{}]", "null", "1", "\"{}\"", "{", "{}{}", "{} x", "{a:1}", "{\"a\":\"b\0c\"}"])
    func `anything else is not`(text: String) {
        #expect(!JSONBytes(text).isObject)
    }

    @Test func `bytes that are not UTF-8 are no object`() {
        #expect(!JSONBytes(utf8: Array("{\"a\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)).isObject)
    }

    @Test func `equal values give equal bytes`() throws {
        let one = try JSONBytes(encoding: ["b": "x/y", "a": "z"])
        let two = try JSONBytes(encoding: ["a": "z", "b": "x/y"])
        #expect(one == two)
        #expect(one == JSONBytes("{\"a\":\"z\",\"b\":\"x/y\"}"))
        #expect(try one.decode([String: String].self) == ["a": "z", "b": "x/y"])
    }

    @Test func `the description has the length and nothing of the content`() {  // I11
        let secret = JSONBytes("{\"password\":\"hunter2\"}")
        #expect("\(secret)" == "JSON of 22 bytes")
        #expect(!"\([secret])".contains("hunter2"))
    }

    @Test func `a value without a JSON form is an encoding error`() {
        #expect(throws: EncodingError.self) { try JSONBytes(encoding: ["a": Double.nan]) }
    }
}

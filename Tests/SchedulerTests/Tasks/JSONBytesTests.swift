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

    @Test(arguments: [
        "{\"a\":01}", "{\"a\":1.}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":tru}", "{\"a\":nul", "{\"a\" 1}",
        "{\"a\":1,}", "{,}", "{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12G4\"}", "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}", "{\"a\":\"b", "{\"a\":\"b\\", "{\"a\":\"\\u00", "{\"a\":1}}", "{\"a\":\"\u{1}\"}",
    ])
    func `what is nearly JSON is not`(text: String) {
        #expect(!JSONBytes(text).isObject)
    }

    @Test(arguments: [
        "{\"a\":-0.5e+10}", "{\"a\":0}", "{\"a\":[ ]}", "{\"a\":{ } , \"b\" : [ 1 , \"\" ]}", "{\"a\":\"\\ud83d\\ude00\\/\\b\"}",
        "\n\t\r{\"\":true,\"x\":false}\n",
    ])
    func `every form of JSON is taken`(text: String) {
        #expect(JSONBytes(text).isObject)
    }

    @Test(arguments: [
        ("{\"a\":1,\"a\":1}", "a"), ("{\"p\":[{\"x\":{},\"\\u0078\":2}]}", "x"), ("{\"a\":{\"b\":1,\"c\":{\"b\":2},\"b\":3}}", "b"),
        ("{" + (0..<200).map { "\"k\($0 % 199)\":1" }.joined(separator: ",") + "}", "k0"),
    ])
    func `an object with a key twice is none`(text: String, key: String) {
        #expect(JSONBytes(text).form == .repeatedKey(key))
        #expect(!JSONBytes(text).isObject)
    }

    @Test func `the same key in different objects is no repetition`() {
        let many = (0..<200).map { "\"k\($0)\":{\"a\":[{\"a\":1},{\"a\":2}]}" }.joined(separator: ",")
        #expect(JSONBytes("{\(many)}").form == .object)
        #expect(JSONBytes("{\"a\":1,\"b\":{\"a\":1,\"b\":{\"a\":1}},\"c\":{\"a\":1}}").form == .object)
        #expect(JSONBytes("{\"a\":1,\"a\":2} x").form == .other)
    }

    @Test func `nesting without end is refused, not followed`() {  // I9
        let deep = String(repeating: "[", count: 100_000)
        #expect(!JSONBytes("{\"a\":\(deep)").isObject)
    }

    @Test func `params of a typed value are read again once they are changed`() throws {
        let check = RequestCheck(catalogue: try Catalogue([ActionDefinition(Picky.self)]), settings: SchedulerSettings())
        var request = try TaskRequest(Picky.self, Picky.Params(number: 3))
        #expect(try check.validate(request).resourceID == "number 3")
        request.params = JSONBytes("{\"number\":4}")
        #expect(try check.validate(request).resourceID == "number 4")
        request.params = JSONBytes("{\"number\":\"4\"}")
        let error = #expect(throws: SchedulerError.self) { try check.validate(request) }
        #expect(error?.field == "params.number")
        let refused = try TaskRequest(Picky.self, Picky.Params(number: -1))
        let rule = #expect(throws: SchedulerError.self) { try check.validate(refused) }
        #expect(rule?.field == "params.number")
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

/// An action with a rule of its own.
private enum Picky: Action {
    struct Params: Codable, Sendable {
        var number: Int
    }
    static let name: ActionName = "picky"
    static let summary = "Has rules"
    static let defaults = ActionDefaults()

    static func validate(_ params: Params) throws {
        if params.number < 0 { throw InvalidParams(field: "number", problem: "must not be negative") }
    }

    static func resourceID(of params: Params) -> String? { "number \(params.number)" }
}

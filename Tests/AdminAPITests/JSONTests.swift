import Testing

@testable import AdminAPI

@Suite struct JSONTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    private static let values: [(String, JSONValue)] = [
        ("null", .null), ("true", .bool(true)), (" [1, 2.0, \"x\"] ", .array([.integer(1), .number("2.0"), .string("x")])),
        ("-0", .integer(0)), ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number("9223372036854775808")),
        ("1e3", .number("1e3")), (#""\u00e9\ud83d\ude00\n\/""#, .string("é😀\n/")), (#"{"a":{"b":[]}}"#, ["a": ["b": .array([])]]),
    ]

    @Test(arguments: values)
    func `a value keeps its type`(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "'x'", "01", "+1", ".5", "1.", "1e", "-", "NaN", "Infinity", "tru",
        "\"\u{1}\"", #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud800""#, #""\udc00""#, "\"open", "1 2", "{\"a\":1} x",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: JSONParser.Malformed.self) { try parse(text) }
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, "a"), (#"{"a":1,"a":1}"#, "a"), (#"{"p":{"b":[{"purge":false,"\u0070urge":true}]}}"#, "purge"),
        (#"{"":1,"":1}"#, ""),
    ])
    func `a key that stands twice is refused by its name`(text: String, key: String) throws {
        let error = #expect(throws: JSONParser.RepeatedKey.self) { try parse(text) }
        #expect(error?.key == key)
        _ = try parse(#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#)
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONParser.Malformed.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    }

    @Test func `nesting is bounded`() throws {  // I9
        let deep = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        _ = try parse(deep(100))
        #expect(throws: JSONParser.Malformed.self) { try parse(deep(102)) }
    }

    @Test func `writing sorts keys and escapes what must be`() throws {
        let value: JSONValue = ["b": "q\"\\\n\u{1}é", "a": .array([.null, .bool(false), .integer(-1), .number("1.50")])]
        let text = #"{"a":[null,false,-1,1.50],"b":"q\"\\\n\u0001é"}"#
        #expect(String(decoding: value.bytes.utf8, as: UTF8.self) == text)
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        ("null", false), ("false", false), ("0", false), ("0.0", false), ("\"\"", false), ("[]", false), ("{}", false), ("true", true),
        ("1", true), ("0.5", true), ("\"no\"", true), ("[0]", true), ("{\"a\":0}", true),
    ])
    func `truth is Python's`(text: String, isTrue: Bool) throws {
        #expect(try parse(text).isTruthy == isTrue)
    }
}

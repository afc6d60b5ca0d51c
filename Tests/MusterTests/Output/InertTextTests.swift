import Foundation
import Testing

@testable import muster

@Suite struct `Text from outside is inert` {
    @Test func `an escape sequence cannot reach the terminal`() {
        #expect(InertText.make("a\u{1B}[2Jb") == "a\\u{1B}[2Jb")
        #expect(InertText.make("bell\u{07} del\u{7F} c1\u{9B}31m") == "bell\\u{7} del\\u{7F} c1\\u{9B}31m")
    }

    @Test func `a line break cannot forge a row`() {
        #expect(InertText.make("one\ntwo\r\tthree\u{2028}four") == "one\\ntwo\\r\\tthree\\u{2028}four")
        #expect(InertText.make("one\r\ntwo") == "one\\r\\ntwo")
    }

    @Test(arguments: ["\u{202E}", "\u{2066}", "\u{200F}", "\u{061C}", "\u{200B}", "\u{FEFF}", "\u{E0041}"])
    func `bidirectional overrides and invisible characters are shown`(scalar: String) {
        let shown = InertText.make("@a\(scalar)b:example.org")
        #expect(shown.hasPrefix("@a\\u{") && shown.hasSuffix("}b:example.org"))
    }

    @Test(arguments: ["plain", "Zürich", "日本語", "שלום", "e\u{301}", "👩‍🚒", ""])
    func `ordinary text of any script is unchanged`(text: String) {
        #expect(InertText.make(text) == text)
    }

    @Test func `in JSON they are escapes of JSON, and the value is the same`() throws {
        let text = "a\u{7F}\u{9B}31m\u{2028}\u{2029}\u{202E}\u{2066}\u{200B}\u{FEFF}\u{E0041} Zürich 👩‍🚒\n\u{1B}"
        let shown = try Printer.jsonText(["key\u{202E}": text], isPretty: true)
        #expect(shown.unicodeScalars.allSatisfy { !InertText.isDangerous($0) || $0 == "\n" })
        #expect(shown.contains("\\u202e") && shown.contains("\\u2028") && shown.contains("\\u009b31m") && shown.contains("\\udb40\\udc41"))
        #expect(shown.contains("Zürich"))
        #expect(try JSONDecoder().decode([String: String].self, from: Data(shown.utf8)) == ["key\u{202E}": text])
    }
}

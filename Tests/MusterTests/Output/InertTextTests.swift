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
}

import Testing

@testable import muster

@Suite struct `The width of text on a terminal` {
    @Test(arguments: [("", 0), ("abc", 3), ("Zürich", 6), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("🚒", 2), ("a日b", 4), ("☎\u{FE0F}", 2)])
    func `wide and combining characters count as they are shown`(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("abc", 1, "…"), ("abc", 0, ""),
    ])
    func `a cut text fits and says that it was cut`(text: String, columns: Int, expected: String) {
        let cut = DisplayWidth.truncate(text, to: columns)
        #expect(cut == expected)
        #expect(DisplayWidth.of(cut) <= columns)
    }
}

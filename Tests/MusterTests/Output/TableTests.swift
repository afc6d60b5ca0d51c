import Testing

@testable import muster

@Suite struct `A table for people` {
    private let table = Table(
        columns: [.init("ID", isRight: true), .init("NAME", shrinks: true), .init("NOTE", shrinks: true)],
        rows: [["7", "short", "x"], ["1234", "日本語の長い名前です", "a note that is long enough to be cut somewhere"]])

    @Test func `columns are aligned, numbers at the right`() {
        let small = Table(columns: [.init("ID", isRight: true), .init("NAME")], rows: [["7", "a"], ["123", "b"]])
        #expect(small.lines(on: .plain) == [" ID  NAME", "  7  a", "123  b"])
    }

    @Test func `nothing is cut where no terminal is`() {
        #expect(table.lines(on: .plain).last?.contains("a note that is long enough to be cut somewhere") == true)
    }

    @Test(arguments: [30, 40, 60, 80])
    func `a row fits the terminal`(width: Int) {
        let lines = table.lines(on: Terminal(isTerminal: true, width: width, colours: false))
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
        #expect(lines.last?.contains("1234") == true, "what must not shrink is whole")
    }

    @Test func `what says nothing, and what matters least, gives way first`() {
        let table = Table(
            columns: [
                .init("ACTION", shrinks: true), .init("TRY", dull: ["1"]), .init("NOTE", shrinks: true, isMinor: true, dull: [""]),
            ], rows: [["redact_all_events", "1", "a long note of the last failure"], ["purge_history", "1", ""]])
        func lines(_ width: Int) -> [String] { table.lines(on: Terminal(isTerminal: true, width: width, colours: false)) }
        #expect(lines(80)[0].contains("TRY"))
        #expect(!lines(40)[0].contains("TRY") && lines(40)[1].hasPrefix("redact_all_events  a long note of the"))
        #expect(lines(27)[1] == "redact_all_events  a long …")
        #expect(lines(20).allSatisfy { DisplayWidth.of($0) <= 20 })
        #expect(table.lines(on: .plain)[0].contains("TRY"), "a program's columns stay")
    }

    @Test func `a cell cannot break its row or move the cursor`() {
        let hostile = Table(columns: [.init("NAME")], rows: [[.init("a\nb\u{1B}[A")]])
        #expect(hostile.lines(on: .plain) == ["NAME", "a\\nb\\u{1B}[A"])
    }

    @Test func `colours are shown only where they are allowed`() {
        let row = Table(columns: [.init("STATE")], rows: [[.init("failed", .red)]])
        #expect(row.lines(on: .plain) == ["STATE", "failed"])
        #expect(row.lines(on: Terminal(isTerminal: true, width: 80, colours: true))[1] == "\u{1B}[31mfailed\u{1B}[0m")
        #expect(!Terminal.wantsColours(["NO_COLOR": "1"]))
        #expect(!Terminal.wantsColours(["TERM": "dumb"]))
        #expect(Terminal.wantsColours(["NO_COLOR": "", "TERM": "xterm"]))
    }
}

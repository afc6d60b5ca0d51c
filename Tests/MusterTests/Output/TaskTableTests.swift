import Foundation
import Scheduler
import Testing

@testable import muster

@Suite struct `Tasks for people` {
    private static let pending = Table(
        columns: TaskTable.list([], now: Date()).columns,
        rows: [
            ["1883096974386790401", "redact_and_deactivate_user", "scheduled", "@spammer:example.org", "-", "0", "-", "in 12 min", ""],
            ["1883096974386790402", "redact_all_events", "scheduled", "!abcdefghijklmnopqr:example.org", "-", "1", "-", "now", ""],
        ])

    @Test func `a hundred columns have room for action and resource while nothing else is said`() {
        let lines = Self.pending.lines(on: Terminal(isTerminal: true, width: 104, colours: false))
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= 104 && !$0.contains("…") }, "\(lines)")
    }

    @Test func `short JSON is one line, long JSON is indented and cut on a terminal alone`() throws {
        #expect(JSONLines.make(JSONBytes(#"{"b": 1, "a": [true]}"#)) == [#"{"a":[true],"b":1}"#])
        let rooms = (0..<200).map { "!room\($0):example.org" }
        let long = JSONLines.make(JSONBytes(utf8: Array(try JSONEncoder().encode(["rooms": rooms]))))
        #expect(long.count == 204 && long.first == "{" && long[2] == "    \"!room0:example.org\",")
        #expect(DetailLines.make("result", width: 8, long, on: .plain).count == long.count)
        let shown = DetailLines.make("result", width: 8, long, on: Terminal(isTerminal: true, width: 80, colours: false))
        #expect(shown.count == 41 && shown[0] == "result    {" && shown[40] == "          … and 164 lines more; --json shows all")
        #expect(
            DetailLines.make(
                "e", width: 1, [String(repeating: "x", count: 9000)], on: Terminal(isTerminal: true, width: 80, colours: false))[0].count
                == 403)
    }

    @Test func `what is stored and misleads is inert in both forms`() {
        let lines = JSONLines.make(JSONBytes("{\"a\": \"\u{202E}\\u001b\"}"))
        #expect(lines == [#"{"a":"\u202e\u001b"}"#])
    }
}

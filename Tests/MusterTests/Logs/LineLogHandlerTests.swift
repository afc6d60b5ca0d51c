import Foundation
import Logging
import Scheduler
import Synchronization
import Testing

@testable import muster

@Suite struct `Log lines` {
    private final class Lines: Sendable {
        let kept = Mutex<[String]>([])
        var all: [String] { kept.withLock { $0 } }
    }

    private func logger(_ format: LogFormat, level: Logger.Level = .info) -> (Logger, Lines) {
        let lines = Lines()
        let logger = Logger(label: "worker") { label in
            LineLogHandler(label: label, format: format, colours: false, level: level, metadata: ["instance": "main"]) { line in
                lines.kept.withLock { $0.append(line) }
            }
        }
        return (logger, lines)
    }

    @Test func `JSON has the keys at the top, and numbers as numbers`() throws {
        let (logger, lines) = logger(.json)
        logger.warning("claim lost", metadata: ["task_id": "77", "attempt": .stringConvertible(2), "seconds": .stringConvertible(0.5)])
        let line = try JSONDecoder().decode(JSONValue.self, from: Data(try #require(lines.all.first).utf8))
        #expect(line["message"] == .string("claim lost") && line["level"] == .string("warning") && line["logger"] == .string("worker"))
        #expect(line["task_id"] == .string("77") && line["attempt"] == .integer(2) && line["seconds"] == .number(0.5))
        #expect(line["instance"] == .string("main") && line["at"]?.text.flatMap(RFC3339.date) != nil)
    }

    @Test(arguments: [LogFormat.json, .text])
    func `one event is one line, whatever its values hold`(format: LogFormat) {
        let (logger, lines) = logger(format)
        logger.info("x", metadata: ["error": "a\nb\u{1B}[2J\u{2028}\u{202E}\u{9B}", "level": "forged"])
        #expect(lines.all.count == 1)
        #expect(lines.all[0].unicodeScalars.allSatisfy { !InertText.isDangerous($0) })
        #expect(lines.all[0].unicodeScalars.allSatisfy { $0.value >= 0x20 })
        if format == .json { #expect(lines.all[0].contains("\"level\":\"info\"")) }
    }

    @Test func `text quotes what has spaces`() {
        let (logger, lines) = logger(.text)
        logger.info("listening", metadata: ["host": "::1", "reason": "two words"])
        #expect(lines.all[0].hasSuffix("info     listening host=::1 instance=main reason=\"two words\""))
    }

    @Test func `what is too unimportant is not written`() {
        let (logger, lines) = logger(.text, level: .warning)
        logger.info("x")
        #expect(lines.all.isEmpty)
        #expect(LogFormat.auto.resolved(isTerminal: true) == .text && LogFormat.auto.resolved(isTerminal: false) == .json)
    }
}

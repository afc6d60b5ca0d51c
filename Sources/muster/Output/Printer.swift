import Foundation
import LineOutput
import Synchronization

/// Writes to standard output and standard error, for commands; a process that serves writes to its log alone.
///
/// Straight to the descriptor: the C library would keep lines back in a pipe and lose them at a kill. Standard output that cannot be written
/// stops nothing that a command is doing: it is remembered, no more is written, and the command ends with ``OutputLost``.
enum Printer {
    private static let lost = Mutex<OutputLost?>(nil)

    /// What kept standard output from being written; nil as long as nothing did.
    static var loss: OutputLost? { lost.withLock { $0 } }

    /// Ends commands that have nothing more to do than to show something.
    ///
    /// - Throws: ``OutputLost`` once standard output could not be written
    static func requireOutput() throws {
        if let loss { throw loss }
    }

    /// A line on standard output.
    static func line(_ text: String = "") { print(text + "\n") }

    /// Lines on standard output.
    static func lines(_ texts: [String]) {
        guard !texts.isEmpty else { return }
        print(texts.joined(separator: "\n") + "\n")
    }

    /// A line on standard error: problems and remarks, so that standard output stays clean for programs.
    ///
    /// Where they cannot be written there is no other place to say so.
    static func remark(_ text: String) { _ = Descriptor.write(Array((text + "\n").utf8)[...], to: STDERR_FILENO) }

    /// Text without a line's end on standard output.
    static func raw(_ text: String) { print(text) }

    /// A value as JSON on standard output: keys sorted, one value a line or indented.
    static func json(_ value: some Encodable, isPretty: Bool = true) throws {
        line(try jsonText(value, isPretty: isPretty))
    }

    /// A value as JSON text with sorted keys and times in ISO 8601; what could mislead a terminal or a reader stands there as an escape.
    static func jsonText(_ value: some Encodable, isPretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Moment.iso(date))
        }
        return InertText.json(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    private static func print(_ text: String) {
        lost.withLock { lost in
            guard lost == nil else { return }
            lost = Descriptor.write(Array(text.utf8)[...], to: STDOUT_FILENO).failure.map(OutputLost.init)
        }
    }
}

/// Standard output could not be written.
struct OutputLost: Error, Equatable {
    /// Why, as the system numbers it.
    let errno: Int32

    /// Whether the reader has seen enough (`muster tasks | head`): there is nobody left to tell.
    var isReaderGone: Bool { errno == EPIPE }

    /// What the end of the command says; empty when nobody wants to know.
    var lines: [String] {
        isReaderGone ? [] : ["Standard output could not be written (\(String(cString: strerror(errno)))): what was to be shown is lost."]
    }
}

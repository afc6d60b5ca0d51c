import Foundation

/// Writes to standard output and standard error.
///
/// Straight to the descriptor: the C library would keep lines back in a pipe and lose them at a kill.
enum Printer {
    /// A line on standard output.
    static func line(_ text: String = "") { write(text + "\n", to: .standardOutput) }

    /// Lines on standard output.
    static func lines(_ texts: [String]) {
        guard !texts.isEmpty else { return }
        write(texts.joined(separator: "\n") + "\n", to: .standardOutput)
    }

    /// A line on standard error: problems and remarks, so that standard output stays clean for programs.
    static func remark(_ text: String) { write(text + "\n", to: .standardError) }

    /// Text without a line's end on standard output.
    static func raw(_ text: String) { write(text, to: .standardOutput) }

    /// A value as JSON on standard output: keys sorted, one value a line or indented.
    static func json(_ value: some Encodable, isPretty: Bool = true) throws {
        line(try jsonText(value, isPretty: isPretty))
    }

    /// A value as JSON text with sorted keys and times in ISO 8601.
    static func jsonText(_ value: some Encodable, isPretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Moment.iso(date))
        }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            // The reader has gone (`muster tasks | head`): there is nobody left to tell.
            exit(ExitStatus.failed.rawValue)
        }
    }
}

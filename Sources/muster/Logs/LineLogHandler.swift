import Foundation
import Logging

/// Writes each log event as one line to standard error: text for people, JSON for machines.
///
/// It never waits: see `LineWriter`.
/// Metadata keys stand at the top level of the JSON object, so that `task_id` in a line is the `task_id` of every other place; `at`,
/// `level`, `message` and `logger` are the line's own. Whatever the values hold, one event is one line.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    let label: String
    let format: LogFormat
    let colours: Bool
    private let write: @Sendable (String) -> Void

    /// A handler; `format` must be resolved.
    init(
        label: String, format: LogFormat, colours: Bool, level: Logger.Level = .info, metadata: Logger.Metadata = [:],
        write: @escaping @Sendable (String) -> Void = { Logs.output.write($0) }
    ) {
        self.label = label
        self.format = format
        self.colours = colours
        self.logLevel = level
        self.metadata = metadata
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { _, new in new } }
        if let own = event.metadata { merged.merge(own) { _, new in new } }
        if let error = event.error, merged["error"] == nil { merged["error"] = "\(error)" }
        write(line(event.level, "\(event.message)", merged))
    }

    /// One event, now, as a line without its end.
    func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> String {
        let now = Moment.iso(Date())
        return switch format {
        case .json: jsonLine(at: now, level: level, message: message, metadata: metadata)
        case .text, .auto: textLine(at: now, level: level, message: message, metadata: metadata)
        }
    }

    private func jsonLine(at time: String, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        var object = metadata.mapValues(JSONValue.init)
        object["at"] = .string(time)
        object["level"] = .string(level.rawValue)
        object["message"] = .string(message)
        object["logger"] = .string(label)
        // A dictionary of strings and numbers always has a JSON form; should it not, the message must not be lost.
        return (try? Printer.jsonText(object, isPretty: false)) ?? textLine(at: time, level: level, message: message, metadata: metadata)
    }

    private func textLine(at time: String, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        let name = level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
        var line = Style.dim.paint(time, colours: colours) + " " + level.style.paint(name, colours: colours) + " " + InertText.make(message)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " " + Style.dim.paint(InertText.make(key) + "=", colours: colours) + quoted(InertText.make("\(value)"))
        }
        return line
    }

    private func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && !text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" })
        return isPlain ? text : "\"" + text.replacingOccurrences(of: "\"", with: "\\\"") + "\""
    }
}

extension Logger.Level {
    /// How the level's name looks.
    fileprivate var style: Style {
        switch self {
        case .trace, .debug: .dim
        case .info, .notice: .plain
        case .warning: .yellow
        case .error, .critical: .red
        }
    }
}

extension JSONValue {
    /// A metadata value as JSON.
    fileprivate init(_ value: Logger.Metadata.Value) {
        switch value {
        case .string(let text): self = .string(text)
        case .stringConvertible(let number as any FixedWidthInteger):
            self = Int64(exactly: number).map(JSONValue.integer) ?? .string("\(number)")
        case .stringConvertible(let number as Double) where number.isFinite: self = .number(number)
        case .stringConvertible(let flag as Bool): self = .bool(flag)
        case .stringConvertible(let other): self = .string(other.description)
        case .dictionary(let dictionary): self = .object(dictionary.mapValues(JSONValue.init))
        case .array(let array): self = .array(array.map(JSONValue.init))
        }
    }
}

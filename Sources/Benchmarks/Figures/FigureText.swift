import Foundation

/// How numbers are written for people.
public enum FigureText {
    /// Three digits that count, or all whole ones with thousands set apart.
    public static func number(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let size = abs(value)
        // Rounded first, so that 9.996 is 10.0 and 99.96 is 100.
        let digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
        let text = String(format: "%.\(digits)f", value)
        guard digits == 0 else { return text }
        var grouped = ""
        for (index, character) in text.reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3), character != "-" { grouped.append(",") }
            grouped.append(character)
        }
        return String(grouped.reversed())
    }

    /// A part of a whole.
    public static func percent(_ part: Double) -> String { "\(Int((part * 100).rounded())) %" }

    /// A range without its middle.
    public static func range(_ spread: Spread) -> String { "\(number(spread.lowest))–\(number(spread.highest))" }
}

extension BenchmarkResult {
    /// What has no column of its own, in one line; empty when there is nothing.
    public var notes: String {
        var notes: [String] = []
        if let parts, parts.count > 1 { notes.append("parts " + parts.map(FigureText.number).joined(separator: " ")) }
        for (name, value) in figures.sorted(by: { $0.key < $1.key }) {
            notes.append("\(name.replacingOccurrences(of: "_", with: " ")) \(FigureText.number(value))")
        }
        return notes.joined(separator: ", ")
    }
}

/// A small line chart as SVG, readable on light and on dark ground.
struct LineChart: Sendable {
    /// One line: a value for each category, nil where there is none.
    struct Line: Sendable {
        var name: String
        var values: [Double?]
        /// Drawn in dashes: something to compare with.
        var isReference = false
    }

    var title: String
    /// What stands at the left.
    var unit: String
    /// What stands below, from left to right.
    var categories: [String]
    var lines: [Line]

    private static let width = 720.0
    private static let height = 360.0
    private static let frame = (left: 84.0, right: 24.0, top: 48.0, bottom: 76.0)
    private static let colours = ["a", "b", "c", "d"]

    /// The whole file.
    var svg: String {
        let top = Self.roundUp(lines.flatMap { $0.values.compactMap { $0 } }.max() ?? 1)
        var body: [String] = []
        for step in 0...4 {
            let value = top * Double(step) / 4
            let y = place(value, of: top)
            body.append(
                "<line class=\"grid\" x1=\"\(text(Self.frame.left))\" y1=\"\(y)\" x2=\"\(text(Self.width - Self.frame.right))\" y2=\"\(y)\"/>"
            )
            body.append("<text x=\"\(text(Self.frame.left - 8))\" y=\"\(y)\" class=\"value\">\(FigureText.number(value))</text>")
        }
        for (index, category) in categories.enumerated() {
            body.append(
                "<text x=\"\(text(column(index)))\" y=\"\(text(Self.height - Self.frame.bottom + 20))\" class=\"category\">\(Self.escaped(category))</text>"
            )
        }
        for (index, line) in lines.enumerated() {
            body += drawn(line, colour: Self.colours[index % Self.colours.count], number: index, top: top)
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(text(Self.width)) \(text(Self.height))" role="img">
            <title>\(Self.escaped(title))</title>
            <style>
            text { font: 12px system-ui, sans-serif; fill: #1f2328; } .title { font-size: 15px; font-weight: 600; }
            .value { text-anchor: end; dominant-baseline: middle; } .category { text-anchor: middle; }
            .grid { stroke: #d0d7de; } path { fill: none; stroke-width: 2.5; } .reference { stroke-dasharray: 7 5; }
            .a { stroke: #0969da; } .b { stroke: #bc4c00; } .c { stroke: #1a7f37; } .d { stroke: #8250df; }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; } .grid { stroke: #3d444d; }
            .a { stroke: #58a6ff; } .b { stroke: #f0883e; } .c { stroke: #3fb950; } .d { stroke: #bc8cff; }
            }
            </style>
            <text x="16" y="26" class="title">\(Self.escaped(title))</text>
            <text x="\(text(Self.width - Self.frame.right))" y="26" text-anchor="end">\(Self.escaped(unit))</text>
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    private func drawn(_ line: Line, colour: String, number: Int, top: Double) -> [String] {
        let points = line.values.enumerated().compactMap { index, value in
            value.map { (x: text(column(index)), y: place($0, of: top), value: $0) }
        }
        let kind = line.isReference ? " reference" : ""
        let path = points.enumerated().map { "\($0.offset == 0 ? "M" : "L")\($0.element.x) \($0.element.y)" }.joined(separator: " ")
        let marks =
            line.isReference
            ? [] : points.map { "<circle cx=\"\($0.x)\" cy=\"\($0.y)\" r=\"3.5\" class=\"\(colour)\" fill=\"none\" stroke-width=\"2\"/>" }
        let y = text(Self.height - 20)
        let x = Self.frame.left + Double(number) * 200
        return ["<path class=\"\(colour)\(kind)\" d=\"\(path)\"/>"] + marks + [
            "<path class=\"\(colour)\(kind)\" d=\"M\(text(x)) \(text(Self.height - 24)) h24\"/>",
            "<text x=\"\(text(x + 30))\" y=\"\(y)\">\(Self.escaped(line.name))</text>",
        ]
    }

    private func column(_ index: Int) -> Double {
        let room = Self.width - Self.frame.left - Self.frame.right
        return Self.frame.left + room * (Double(index) + 0.5) / Double(max(1, categories.count))
    }

    private func place(_ value: Double, of top: Double) -> String {
        let room = Self.height - Self.frame.top - Self.frame.bottom
        return text(Self.height - Self.frame.bottom - room * value / top)
    }

    private func text(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
    }

    /// The next of 1, 2, 4 or 8 times a power of ten: four steps of it are round numbers.
    static func roundUp(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        var power = 1.0
        while power * 10 <= value { power *= 10 }
        while power > value { power /= 10 }
        return [1, 2, 4, 8, 10].map { $0 * power }.first { $0 >= value } ?? power * 10
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

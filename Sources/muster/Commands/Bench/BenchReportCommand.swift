import ArgumentParser
import Benchmarks
import Foundation
import Scheduler

/// `muster bench report`: the page, from what was measured.
struct BenchReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a page of tables and charts from the JSON of earlier benchmarks.",
        discussion: """
            EXAMPLES
              muster bench drain --json > results/drain.json
              muster bench report --to docs --profile Benchmarks/profile.md results/*.json
            """)

    @Argument(help: "Files that --json made; of peers, files of Benchmarks/peers.")
    var files: [String]

    @Option(help: ArgumentHelp("The folder that gets benchmarks.md and benchmarks/*.svg.", valueName: "folder"))
    var to: String

    @Option(help: ArgumentHelp("Markdown that goes into the page: what limits the figures, what improves them.", valueName: "file"))
    var profile: String?

    func run() async throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let date = RFC3339.date(text) else { throw BenchmarkError("\(text) is no time.") }
            return date
        }
        var reports: [BenchmarkReport] = []
        var peers: [Peer] = []
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw CommandFailure(.notFound, "The file \(file) cannot be read; give files that muster bench --json has written.")
            }
            if let report = try? decoder.decode(BenchmarkReport.self, from: data) {
                reports.append(report)
            } else if let found = try? decoder.decode([Peer].self, from: data) {
                peers += found
            } else {
                throw CommandFailure(.usage, "\(file) is neither a report of muster bench nor a list of peers.")
            }
        }
        guard !reports.isEmpty else { throw CommandFailure(.usage, "None of the files is a report of muster bench.") }
        let written = try profile.map { file in
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw CommandFailure(.notFound, "The file \(file) cannot be read; give one with Markdown, or leave --profile out.")
            }
            return text
        }
        let document = BenchmarkDocument(reports: reports, peers: peers, profile: written ?? "")
        let page = "\(to)/benchmarks.md"
        try FileManager.default.createDirectory(atPath: "\(to)/benchmarks", withIntermediateDirectories: true)
        for (name, svg) in document.charts { try svg.write(toFile: "\(to)/benchmarks/\(name)", atomically: true, encoding: .utf8) }
        try document.markdown.write(toFile: page, atomically: true, encoding: .utf8)
        Printer.line("wrote \(InertText.make(page)) and \(document.charts.count) charts")
    }
}

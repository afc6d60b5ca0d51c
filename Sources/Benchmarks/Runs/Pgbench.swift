import Foundation
import Scheduler
import Subprocess

/// PostgreSQL's own benchmark program, as the measure for single submissions.
struct Pgbench: Sendable {
    let path: String

    /// The one of the newest installed server; nil when there is none.
    static func find() -> Pgbench? {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let folders = versions.compactMap(Int.init).sorted(by: >).map { "/usr/lib/postgresql/\($0)/bin" } + ["/usr/bin", "/usr/local/bin"]
        return folders.map { "\($0)/pgbench" }.first(where: FileManager.default.isExecutableFile(atPath:)).map(Pgbench.init)
    }

    /// Transactions a second of a script.
    func rate(_ script: String, clients: Int, seconds: Int, conninfo: String) async throws -> Double {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("muster-pgbench-\(UUID.random().uuidString).sql")
        try script.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let arguments = [
            "--no-vacuum", "--protocol=prepared", "--client=\(clients)", "--jobs=\(min(clients, 2))", "--time=\(seconds)",
            "--file=\(file.path)", conninfo,
        ]
        let result = try await Subprocess.run(
            .path(.init(path)), arguments: Arguments(arguments), output: .string(limit: 64 * 1024), error: .string(limit: 64 * 1024))
        guard result.terminationStatus.isSuccess, let rate = Self.rate(in: result.standardOutput) else {
            throw BenchmarkError("pgbench failed: \(result.standardError.suffix(500))")
        }
        return rate
    }

    /// The number behind `tps =`.
    static func rate(in text: String) -> Double? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }) else { return nil }
        return Double(line.dropFirst(6).prefix { $0 != " " })
    }
}

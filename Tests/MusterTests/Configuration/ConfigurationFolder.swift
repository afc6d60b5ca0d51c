import Foundation
import Testing

@testable import muster

/// A temporary folder of configuration files that goes with the test.
final class ConfigurationFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "muster-configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = url.appending(path: name)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        return file.path
    }

    /// Reads one shared file with a database.
    func load(_ text: String, worker: String? = nil) throws -> MusterConfiguration {
        let shared = try write("shared.yaml", "database: {dsn: \"postgresql:///muster\"}\n" + text)
        let own = try worker.map { try write("worker.yaml", $0) }
        return try MusterConfiguration.load(paths: [shared] + [own].compactMap { $0 })
    }

    /// The problems of a shared file whose first line is the database.
    func problems(_ text: String, worker: String? = nil) throws -> [String] {
        do {
            _ = try load(text, worker: worker)
        } catch let error as ConfigurationError {
            return error.problems
        }
        Issue.record("the configuration was accepted")
        return []
    }
}

extension [String] {
    /// Whether one of the lines has all of these words.
    func mention(_ words: String...) -> Bool { contains { line in words.allSatisfy(line.contains) } }
}

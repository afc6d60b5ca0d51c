import AsyncHTTPClient
import Foundation
import HomeserverClient
import HomeserverTasks
import Scheduler

/// What one build can do: its version and its handlers, each with the form of params that it reads.
///
/// `muster manifest --json` writes it, `muster check --manifest` reads it, possibly with another version.
struct BuildManifest: Sendable, Hashable {
    var version: String
    var handlers: [HandlerRecord]
}

/// The manifest of this very build: what its handlers say of themselves, without preparing or connecting anything.
///
/// - Parameter rehearsal: what to leave out
func buildManifest(_ rehearsal: Rehearsal = Rehearsal()) throws -> BuildManifest {
    let nowhere = HomeserverConfiguration(url: "http://homeserver.invalid", adminToken: "")
    let registry = try BuildHandlers.registry(homeserver: nowhere, httpClient: .shared, rehearsal: rehearsal)
    let handlers = registry.schemaDigests.map { HandlerRecord(action: $0.key, schemaDigest: $0.value) }
    return BuildManifest(version: Version.current, handlers: handlers.sorted { $0.action < $1.action })
}

/// The actions that this build knows.
///
/// - Parameter rehearsal: what to leave out
func buildCatalogue(_ rehearsal: Rehearsal = Rehearsal()) throws -> Catalogue {
    try Catalogue(rehearsal.left(of: HomeserverCatalogue.actions))
}

extension BuildManifest: Codable {
    private struct Handler: Codable {
        let action: ActionName
        let schemaDigest: String

        enum CodingKeys: String, CodingKey {
            case action
            case schemaDigest = "schema_digest"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case version, handlers
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        version = try keys.decode(String.self, forKey: .version)
        handlers = try keys.decode([Handler].self, forKey: .handlers).map {
            HandlerRecord(action: $0.action, schemaDigest: $0.schemaDigest)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var keys = encoder.container(keyedBy: CodingKeys.self)
        try keys.encode(version, forKey: .version)
        try keys.encode(handlers.map { Handler(action: $0.action, schemaDigest: $0.schemaDigest) }, forKey: .handlers)
    }
}

extension BuildManifest {
    /// Reads what `muster manifest --json` wrote.
    ///
    /// - Throws: ``CommandFailure`` that names the file.
    static func read(from path: String) throws -> BuildManifest {
        let text: String
        do {
            text = try SmallFile.text(at: path, maximumBytes: 4_194_304)
        } catch {
            throw CommandFailure(.usage, "\(path): the manifest \(error)")
        }
        do {
            return try JSONDecoder().decode(BuildManifest.self, from: Data(text.utf8))
        } catch {
            throw CommandFailure(.usage, "\(path): this is not a manifest; write one with 'muster manifest --json' of the other build.")
        }
    }
}

import Foundation
import Yams

/// Reads one YAML file into nodes.
enum ConfigurationFile {
    /// A configuration larger than this is a mistake.
    static let maximumBytes = 1_048_576

    /// The file's top-level keys; an empty file has none.
    ///
    /// - Throws: ``ConfigurationError`` with problems that name the file and, where there is one, the line.
    static func read(_ path: String) throws(ConfigurationError) -> [ConfigurationNode.Entry] {
        let text: String
        do {
            text = try SmallFile.text(at: path, maximumBytes: maximumBytes)
        } catch {
            throw ConfigurationError(problems: ["\(path): the configuration file \(error)"])
        }
        let repeated: [RepeatedKeys.Key]
        do {
            repeated = try YAMLScreen.check(text)
        } catch {
            throw ConfigurationError(problems: ["\(path):\(error.line): \(error.problem)"])
        }
        guard repeated.isEmpty else { throw ConfigurationError(problems: repeated.map { problem($0, file: path) }) }
        do {
            guard let root = try Yams.compose(yaml: text) else { return [] }
            let node = try node(root, file: path)
            switch node.content {
            case .mapping(let entries): return entries
            case .null: return []
            default: throw ConfigurationError(problems: ["\(node.place): the file must hold keys and values, not \(node.kind)."])
            }
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError(problems: [problem(error, file: path)])
        }
    }

    private static func node(_ node: Node, file: String) throws(ConfigurationError) -> ConfigurationNode {
        let place = ConfigurationNode.Place(file: file, line: node.mark?.line ?? 1)
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            return ConfigurationNode(content: ConfigurationNode.scalar(scalar.string, isPlain: isPlain), place: place)
        case .sequence(let sequence):
            var items: [ConfigurationNode] = []
            for item in sequence { items.append(try self.node(item, file: file)) }
            return ConfigurationNode(content: .list(items), place: place)
        case .mapping(let mapping):
            var entries: [ConfigurationNode.Entry] = []
            for (key, value) in mapping {
                let keyPlace = ConfigurationNode.Place(file: file, line: key.mark?.line ?? place.line)
                guard case .scalar(let name) = key else {
                    throw ConfigurationError(problems: ["\(keyPlace): a key must be plain text, not a list or a mapping."])
                }
                entries.append(.init(key: name.string, place: keyPlace, value: try self.node(value, file: file)))
            }
            return ConfigurationNode(content: .mapping(entries), place: place)
        case .alias:
            throw ConfigurationError(problems: ["\(place): YAML aliases (*name) are not supported; write the value out."])
        }
    }

    // Cut at the first space: without its colon, a line's secret is part of the key (I11).
    private static func problem(_ key: RepeatedKeys.Key, file: String) -> String {
        let name = key.name.prefix { !$0.isWhitespace }.prefix(100)
        return "\(ConfigurationNode.Place(file: file, line: key.line)): the key '\(name)' stands twice in one mapping; keep one."
    }

    /// The parser's complaint on one line, without the quotation of the file that it adds: the line may hold a secret (I11).
    private static func problem(_ error: any Error, file: String) -> String {
        guard let error = error as? YamlError else { return "\(file): the file is not YAML." }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return "\(file):\(mark.line): the file is not YAML: \(problem) (column \(mark.column))."
        case .duplicatedKeysInMapping(_, let context):
            // Those of plain text were found before.
            return "\(file):\(context.mark.line): a key must be plain text, not a list or a mapping."
        default:
            return "\(file): the file is not YAML that can be read; check that it is UTF-8 text."
        }
    }
}

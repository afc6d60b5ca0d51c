// Yams composes whole documents and expands aliases while it does; the events of its parser come before that.
import CYaml

/// Looks a YAML text through, event by event, before it is composed: a few hundred bytes of aliases within aliases would become gigabytes.
///
/// Refused are anchors, aliases, merge keys, tags, a second document, more levels and more values than any configuration has. A text that
/// is not YAML passes as far as it can be read: who composes it has the words for that.
enum YAMLScreen {
    /// How deep mappings and lists may stand within each other.
    static let maximumDepth = 32
    /// How many keys, values, lists and mappings there may be.
    static let maximumNodes = 100_000

    /// What is in the text and is not supported.
    struct Refused: Error, Equatable {
        /// Counted from 1.
        let line: Int
        /// A sentence that says what to do.
        let problem: String
    }

    /// Goes through the text to its end or to the first error of the parser.
    ///
    /// - Returns: the keys that stand twice.
    @discardableResult
    static func check(_ text: String) throws(Refused) -> [RepeatedKeys.Key] {
        var text = text
        var keys = RepeatedKeys()
        let found = text.withUTF8 { bytes -> Refused? in
            var parser = yaml_parser_t()
            guard yaml_parser_initialize(&parser) == 1 else { return nil }
            defer { yaml_parser_delete(&parser) }
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
            return finding(in: &parser, &keys)
        }
        if let found { throw found }
        return keys.found
    }

    private static func finding(in parser: inout yaml_parser_t, _ keys: inout RepeatedKeys) -> Refused? {
        var (depth, nodes, documents) = (0, 0, 0)
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else { return nil }
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return nil
            case YAML_DOCUMENT_START_EVENT: documents += 1
            case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT: (depth, nodes) = (depth + 1, nodes + 1)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
            case YAML_SCALAR_EVENT: nodes += 1
            default: break
            }
            let problem =
                if documents > 1 {
                    "a file holds one document; remove the line '---' and what follows it."
                } else if depth > maximumDepth {
                    "more than \(maximumDepth) levels of lists and mappings are not supported."
                } else if nodes > maximumNodes {
                    "more than \(maximumNodes) values are not supported."
                } else {
                    construct(in: event)
                }
            let line = Int(event.start_mark.line) + 1
            if let problem { return Refused(line: line, problem: problem) }
            note(event, line, in: &keys)
        }
    }

    private static func note(_ event: yaml_event_t, _ line: Int, in keys: inout RepeatedKeys) {
        switch event.type {
        case YAML_MAPPING_START_EVENT: keys.begin(isMapping: true)
        case YAML_SEQUENCE_START_EVENT: keys.begin(isMapping: false)
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: keys.end()
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            keys.scalar(String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self), line: line)
        default: break
        }
    }

    private static func construct(in event: yaml_event_t) -> String? {
        switch event.type {
        case YAML_ALIAS_EVENT: return anchors
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let isMerge = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.length == 2 && scalar.value[0] == 60 && scalar.value[1] == 60
            return isMerge ? "YAML merge keys (<<) are not supported; write the keys out." : node(scalar.anchor, scalar.tag)
        case YAML_SEQUENCE_START_EVENT: return node(event.data.sequence_start.anchor, event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT: return node(event.data.mapping_start.anchor, event.data.mapping_start.tag)
        default: return nil
        }
    }

    private static func node(_ anchor: UnsafeMutablePointer<UInt8>?, _ tag: UnsafeMutablePointer<UInt8>?) -> String? {
        if anchor != nil { return anchors }
        return tag == nil ? nil : "YAML tags (!name) are not supported; remove it, and put text that begins with ! in quotes."
    }

    private static let anchors =
        "YAML anchors (&name) and aliases (*name) are not supported; write the value out, and put text that begins with & or * in quotes."
}

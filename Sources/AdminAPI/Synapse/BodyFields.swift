/// Reads the keys of a body that Synapse checks as a model: all keys are looked at before anything is refused.
struct BodyFields {
    private enum Problem {
        case missing(String)
        case wrongType(String, String)
    }

    private let members: [String: JSONValue]
    private var problems: [Problem] = []

    init(_ members: [String: JSONValue]) { self.members = members }

    /// A required array of strings.
    mutating func strings(_ key: String) -> [String] {
        guard let value = members[key] else {
            problems.append(.missing(key))
            return []
        }
        guard case .array(let elements) = value else {
            problems.append(.wrongType(key, "an array of strings"))
            return []
        }
        var strings: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                problems.append(.wrongType(key, "an array of strings"))
                return []
            }
            strings.append(text)
        }
        return strings
    }

    /// An optional string; null is nil.
    mutating func string(_ key: String) -> String? {
        switch members[key] {
        case nil, .null: return nil
        case .string(let text): return text
        default:
            problems.append(.wrongType(key, "a string"))
            return nil
        }
    }

    /// An optional whole number; null is nil, `5.0` and `"5"` are none.
    mutating func integer(_ key: String) -> Int64? {
        switch members[key] {
        case nil, .null: return nil
        case .integer(let number): return number
        default:
            problems.append(.wrongType(key, "an integer"))
            return nil
        }
    }

    /// An optional boolean; null is nil, 1 and 0 are none.
    mutating func bool(_ key: String) -> Bool? {
        switch members[key] {
        case nil, .null: return nil
        case .bool(let flag): return flag
        default:
            problems.append(.wrongType(key, "a boolean"))
            return nil
        }
    }

    /// Refuses the body when something was wrong with it.
    ///
    /// - Throws: 400 `M_MISSING_PARAM` when one key was missing and nothing else was wrong, otherwise 400 `M_BAD_JSON`.
    func check() throws {
        if problems.isEmpty { return }
        if problems.count == 1, case .missing(let key) = problems[0] {
            throw APIError(.badRequest, "M_MISSING_PARAM", "'\(key)' is required but missing.", field: key)
        }
        let sentences = problems.map { problem in
            switch problem {
            case .missing(let key): "'\(key)' is required but missing."
            case .wrongType(let key, let expected): "'\(key)' must be \(expected)."
            }
        }
        throw APIError.badBody(sentences.joined(separator: " "))
    }
}

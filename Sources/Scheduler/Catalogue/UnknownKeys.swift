/// The rule for keys that nobody knows: a misspelt `dry_run` would otherwise be no dry run.
///
/// Pure.
enum UnknownKeys {
    /// Refuses params with a key that their action does not know.
    ///
    /// - Parameters:
    ///   - asked: what the action asked for while it decoded the params
    ///   - further: as in ``Action/furtherKeys``
    /// - Throws: ``InvalidParams`` that names the key and the nearest known one; ``SchedulerError`` with code `configuration`
    ///   where the keys that the action knows cannot be told.
    static func refuse(_ asked: AskedKeys, further: [String], in params: JSONBytes, of action: ActionName) throws {
        var objects = asked.objects
        if objects.isEmpty {
            // Decoded in a way of its own: then what it declares is all that it knows.
            guard !further.isEmpty else { throw undeclared(by: action) }
            guard !further.contains("*") else { return }
            objects[[]] = AskedKeys.Object(present: Set(try params.decode(TopLevel.self).keys))
        }
        for (path, object) in objects.sorted(by: { ($0.key.count, $0.key.joined()) < ($1.key.count, $1.key.joined()) }) {
            let declared = declared(further, at: path)
            guard !declared.contains("*") else { continue }
            let known = object.asked.union(declared)
            if let unknown = object.present.subtracting(known).min() { throw refusal(of: unknown, at: path, known: known.sorted()) }
        }
    }

    /// An action whose known keys nobody can tell: a misspelt one would pass without a word.
    static func undeclared(by action: ActionName) -> SchedulerError {
        SchedulerError(
            .configuration,
            "The action '\(action)' decodes its params in a way of its own, so that misspelt keys cannot be told: name the keys "
                + "that it knows in 'static let furtherKeys', [\"*\"] for any.")
    }

    /// The last pieces of the declared keys that belong to the object at this path, whichever element of an array it is.
    private static func declared(_ further: [String], at path: [String]) -> [String] {
        let place = path.filter { !$0.hasPrefix("[") }
        return further.map { $0.split(separator: ".").map(String.init) }.filter { $0.dropLast().elementsEqual(place) }.compactMap(\.last)
    }

    private static func refusal(of key: String, at path: [String], known: [String]) -> InvalidParams {
        let field = (path + [key.isEmpty ? "''" : String(key.prefix(60))]).joined(separator: ".")
        if let nearest = NearestName.to(key, among: known) {
            return InvalidParams(field: field, problem: "is not known here; the nearest key is '\(nearest)'")
        }
        let list = known.joined(separator: ", ")
        guard !known.isEmpty, list.utf8.count <= 200 else { return InvalidParams(field: field, problem: "is not known here") }
        return InvalidParams(field: field, problem: "is not known here; known are \(list)")
    }

    private struct TopLevel: Decodable {
        let keys: [String]

        init(from decoder: any Decoder) throws { keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue) }
    }
}

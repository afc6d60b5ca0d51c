/// An action as a value: what the catalogue, the store and the roll call need to know of it.
public struct ActionDefinition: Sendable {
    /// The stable name.
    public let name: ActionName
    /// What it does, in one line.
    public let summary: String
    /// Retries, deadline, uniqueness.
    public let defaults: ActionDefaults
    /// Names the form of the params: two builds with the same digest read the same params.
    public let schemaDigest: String

    /// What its handler submits and cannot do without.
    public let submits: [ActionName]
    /// What its handler submits where somebody can run it.
    public let maySubmit: [ActionName]

    /// The action's type.
    let type: ObjectIdentifier

    /// Whether it shows by the empty object, the params of whoever gives none, that its known keys cannot be told.
    ///
    /// Decoding that refuses the empty object without a look shows nothing; ``validate(_:)`` finds it out then.
    let concealsKeys: @Sendable () -> Bool

    private let check: @Sendable (JSONBytes) throws -> String?

    /// The definition of a typed action.
    public init<A: Action>(_ action: A.Type) {
        name = A.name
        summary = A.summary
        submits = A.submits
        maySubmit = A.maySubmit
        type = ObjectIdentifier(A.self)
        defaults = A.defaults
        schemaDigest = "\(A.name.rawValue)/\(A.defaults.paramsVersion)"
        concealsKeys = {
            let asked = AskedKeys()
            let isDecoded = (try? asked.noting { try A.decode(.emptyObject) }) != nil
            return isDecoded && asked.objects.isEmpty && A.furtherKeys.isEmpty
        }
        check = { params in
            let asked = AskedKeys()
            let decoded = try InvalidParams.explaining { try asked.noting { try A.decode(params) } }
            try UnknownKeys.refuse(asked, further: A.furtherKeys, in: params, of: A.name)
            try A.validate(decoded)
            return A.resourceID(of: decoded)
        }
    }

    /// Checks the params of a submission as the handler would read them, and refuses keys that the action does not know.
    ///
    /// - Returns: what a task with these params is about, when they say it.
    /// - Throws: ``InvalidParams`` that names the field; ``SchedulerError`` with code `configuration` where the action decodes
    ///   in a way of its own and declares no ``Action/furtherKeys``.
    @discardableResult
    public func validate(_ params: JSONBytes) throws -> String? { try check(params) }
}

extension InvalidParams {
    /// Turns a decoding error into one that names the field and never its value.
    static func explaining<Value>(_ decode: () throws -> Value) throws -> Value {
        do {
            return try decode()
        } catch DecodingError.keyNotFound(let key, let context) {
            throw InvalidParams(field: path(context.codingPath + [key]), problem: "is required but missing")
        } catch DecodingError.typeMismatch(let type, let context) {
            throw InvalidParams(field: path(context.codingPath), problem: "has the wrong type: \(plain(type)) is expected")
        } catch DecodingError.valueNotFound(let type, let context) {
            throw InvalidParams(field: path(context.codingPath), problem: "is null, but \(plain(type)) is expected")
        } catch DecodingError.dataCorrupted(let context) {
            throw InvalidParams(
                field: path(context.codingPath),
                problem: context.codingPath.isEmpty
                    // Foundation names no key for a number that does not fit.
                    ? "must be a JSON object, with numbers that fit: a fraction does not where a whole number is expected"
                    : "has a value that cannot be used")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        AskedKeys.text(keys).joined(separator: ".")
    }

    private static func plain(_ type: Any.Type) -> String {
        switch "\(type)" {
        case "String": "a string"
        case "Bool": "true or false"
        case "Int", "Int64", "Int32": "a whole number"
        case "Double": "a number"
        case let name where name.hasPrefix("Array"): "an array"
        default: "an object"
        }
    }
}

/// Something that tasks can do, as a type: its name, its params, its defaults.
///
/// The action says what exists; a ``Handler`` says how it is done. Every process knows every action, few have every handler.
public protocol Action: SendableMetatype {
    /// The JSON object that a task of this action carries.
    associatedtype Params: Codable & Sendable

    /// The stable name.
    static var name: ActionName { get }
    /// What it does, in one line for people.
    static var summary: String { get }
    /// Retries, deadline, uniqueness and so on.
    static var defaults: ActionDefaults { get }

    /// The actions that its handler submits and cannot do without: while nobody can run one of them, nobody can run this action either.
    ///
    /// Its submissions are then refused or parked as if it had no handler itself.
    static var submits: [ActionName] { get }

    /// The actions that its handler submits where somebody can run them, and otherwise does without.
    static var maySubmit: [ActionName] { get }

    /// Checks what the types cannot say; called at submission.
    ///
    /// - Throws: ``InvalidParams`` that names the field.
    static func validate(_ params: Params) throws

    /// Reads the params; called at submission, and again by each attempt.
    ///
    /// The default decodes JSON. An action whose params are cheaper read in another way, or not at all, says so here.
    ///
    /// - Throws: `DecodingError`, or ``InvalidParams``, which names the field.
    static func decode(_ params: JSONBytes) throws -> Params

    /// Keys of the params that are known although decoding does not always ask for them; dots lead into objects, as in `filter.kind`.
    ///
    /// A submission with a key that nobody knows is refused. The keys that ``decode(_:)`` asks for by way of ``JSONBytes/decode(_:)`` are
    /// known without being named here; so this is for decoding that asks for some keys only at times, or that reads the JSON in a way of its
    /// own, where what is declared is all that is known. `*` stands for every key of its object. Tasks that are stored are not looked at.
    ///
    /// Decoding of its own must declare: an action that does not is refused by ``Catalogue/init(_:)``, or, where the empty
    /// object does not show it, at the first submission that comes as JSON.
    static var furtherKeys: [String] { get }

    /// What a task with these params is about, when they say it: the task's `resource_id` is then this and nothing else.
    static func resourceID(of params: Params) -> String?
}

extension Action {
    /// Its handler submits nothing.
    public static var submits: [ActionName] { [] }

    /// Its handler submits nothing.
    public static var maySubmit: [ActionName] { [] }

    /// Nothing more to check.
    public static func validate(_ params: Params) throws {}

    /// Decodes JSON.
    public static func decode(_ params: JSONBytes) throws -> Params { try params.decode(Params.self) }

    /// None: decoding asks for all that there are.
    public static var furtherKeys: [String] { [] }

    /// The params do not say it: the request may.
    public static func resourceID(of params: Params) -> String? { nil }
}

/// How tasks of an action are treated unless a request says otherwise.
public struct ActionDefaults: Sendable {
    /// When failed attempts are tried again.
    public var retry: RetryPolicy
    /// How long one attempt may take; nil means as long as it likes.
    public var deadline: Duration?
    /// Whether only one unfinished task may exist for one `resource_id`.
    public var uniqueByResource: Bool
    /// Counts changes of the params' form that an older build could not read; part of the schema digest.
    public var paramsVersion: Int
    /// The duty key of Synapse that routes this action when set, such as `pusher_instances`.
    public var dutyKey: String?

    /// Ten attempts, no deadline, not unique, version 1.
    public init(
        retry: RetryPolicy = RetryPolicy(), deadline: Duration? = nil, uniqueByResource: Bool = false, paramsVersion: Int = 1,
        dutyKey: String? = nil
    ) {
        self.retry = retry
        self.deadline = deadline
        self.uniqueByResource = uniqueByResource
        self.paramsVersion = paramsVersion
        self.dutyKey = dutyKey
    }
}

/// Params that cannot be accepted, with the field at fault.
public struct InvalidParams: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key, such as `limit`; empty for the object as a whole.
    public let field: String
    /// What is wrong with it; never its value.
    public let problem: String

    /// Names a field and what is wrong with it.
    public init(field: String, problem: String) {
        self.field = field
        self.problem = problem
    }

    /// Field and problem in one sentence.
    public var description: String { field.isEmpty ? problem : "\(field) \(problem)" }
}

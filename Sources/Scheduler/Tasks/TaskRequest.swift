public import struct Foundation.Date

/// What a caller asks for: one task to be stored and run.
public struct TaskRequest: Sendable {
    /// What to do; must be in the catalogue.
    public var action: ActionName
    /// The JSON object for the handler; 64 KiB at most unless configured otherwise.
    public var params: JSONBytes { didSet { vouched = nil } }
    /// What the task is about, such as a user id or room id; free text of at most 1,024 bytes.
    public var resourceID: String?
    /// Which of the due tasks go first.
    public var priority: TaskPriority
    /// Not before this time; nil means at once.
    public var runAt: Date?
    /// Two requests with the same key make one task, as long as the first is kept; at most 255 bytes.
    public var idempotencyKey: String?
    /// Who asks, for the audit; a user id or a token's name.
    public var requestedBy: String?
    /// How many attempts may fail before the task does; nil takes the action's default.
    public var maxAttempts: Int?

    /// Set when the params were made from a value that the action's rules allow: then nobody has to read them again.
    var vouched: VouchedParams?

    /// Describes a task; everything but the action has a default.
    public init(
        action: ActionName, params: JSONBytes = .emptyObject, resourceID: String? = nil, priority: TaskPriority = .normal,
        runAt: Date? = nil, idempotencyKey: String? = nil, requestedBy: String? = nil, maxAttempts: Int? = nil
    ) {
        self.action = action
        self.params = params
        self.resourceID = resourceID
        self.priority = priority
        self.runAt = runAt
        self.idempotencyKey = idempotencyKey
        self.requestedBy = requestedBy
        self.maxAttempts = maxAttempts
    }
}

/// What is known of params because their typed value was at hand.
struct VouchedParams: Sendable {
    /// The action's type; another type of the same name may read params differently.
    var action: ObjectIdentifier
    /// What they say the task is about.
    var resourceID: String?
}

/// Which due tasks go first: 0 before 9; tasks of one priority go by `run_at`, then by id.
public struct TaskPriority: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    /// 0 (first) to 9 (last).
    public let rawValue: Int16

    /// Nil outside 0 to 9.
    public init?(rawValue: Int16) {
        guard (0...9).contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    private init(known value: Int16) { rawValue = value }

    /// Before everything else.
    public static let first = TaskPriority(known: 0)
    /// The default, 5.
    public static let normal = TaskPriority(known: 5)
    /// After everything else.
    public static let last = TaskPriority(known: 9)

    /// A more urgent priority is the smaller one.
    public static func < (left: TaskPriority, right: TaskPriority) -> Bool { left.rawValue < right.rawValue }
}

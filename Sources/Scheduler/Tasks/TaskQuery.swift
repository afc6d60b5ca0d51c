public import struct Foundation.Date

/// Which tasks to list.
public struct TaskQuery: Sendable {
    /// Only these statuses; empty means all.
    public var statuses: [TaskStatus] = []
    /// Only this action.
    public var action: ActionName?
    /// Only tasks about this.
    public var resourceID: String?
    /// Only tasks whose `updatedAt` is at or before this time, in whole milliseconds.
    public var updatedUntil: Date?
    /// Only tasks after this one in the list's order: newest first by id unless `oldestFirst`.
    public var after: TaskID?
    /// The order: by id, which is the order of submission.
    public var oldestFirst = false
    /// 1 to 1,000.
    public var limit = 100

    /// All tasks, newest first, 100 a page.
    public init() {}
}

/// One page of a list.
public struct TaskPage: Sendable {
    /// The tasks.
    public var tasks: [TaskRecord]
    /// Give this as `after` for the next page; nil at the end.
    public var next: TaskID?
}

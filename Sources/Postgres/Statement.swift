/// One prepared statement as a value: its text is static, its stored properties are the parameters.
///
/// ```swift
/// struct TitleOfTask: Statement {
///     static let name = "title_of_task"
///     static let sql = "SELECT title FROM tasks WHERE id = $1::bigint"
///     let id: Int64
///     func bind(_ binds: inout Binds) { binds.add(id) }
///     static func decode(_ row: inout RowReader) throws -> String { try row.next() }
/// }
/// ```
public protocol Statement: Sendable {
    /// What one row becomes; `Void` when the rows do not matter.
    associatedtype Row: Sendable = Void
    /// The name in errors, and the server-side name of the prepared statement: unique per text.
    static var name: String { get }
    /// One SQL command with `$1`, `$2`, …
    static var sql: String { get }
    /// Whether the server plans it once for each connection, whatever the values; false lets the server choose, as it does by default.
    ///
    /// For statements that cost more to plan than to run, and whose plan is the same for all values.
    static var isPlannedOnce: Bool { get }
    /// Adds the parameters in order.
    func bind(_ binds: inout Binds)
    /// Reads one row's columns in order.
    static func decode(_ row: inout RowReader) throws -> Row
}

extension Statement {
    /// The server chooses.
    @inlinable
    public static var isPlannedOnce: Bool { false }

    /// A statement without parameters.
    @inlinable
    public func bind(_ binds: inout Binds) {}
}

extension Statement where Row == Void {
    /// Reads nothing.
    @inlinable
    public static func decode(_ row: inout RowReader) throws {}
}

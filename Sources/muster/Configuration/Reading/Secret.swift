/// A text that is never printed: in logs, errors and dumps it reads `(secret)` (I11).
struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself; give it only to what needs it.
    let value: String

    init(_ value: String) { self.value = value }

    var description: String { "(secret)" }
    var debugDescription: String { "(secret)" }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Whether files that hold secrets are opened.
enum SecretReading: Sendable {
    /// They are: for a process that starts.
    case read
    /// Only the database's: for a command that asks it something.
    case databaseOnly
    /// They are not, and the secret is empty: for a check on another machine than the one that will run.
    case leave
}

import Foundation

/// Who uses the command line, for the audit log.
enum SystemUser {
    /// `cli:` and the name of the system user.
    static var who: String { "cli:" + NSUserName() }
    /// Where they sit.
    static let origin = "local"
}

import Glibc

/// The system account that the server runs as: PostgreSQL refuses to run as root.
struct ServerAccount: Sendable {
    let user: uid_t
    let group: gid_t

    /// Nil when the server can run as the account that we are.
    static func needed() throws -> ServerAccount? {
        guard geteuid() == 0 else { return nil }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        let account = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16 * 1024) { buffer -> ServerAccount? in
            guard let memory = buffer.baseAddress else { return nil }
            guard getpwnam_r("postgres", &entry, memory, buffer.count, &found) == 0, let found else { return nil }
            return ServerAccount(user: found.pointee.pw_uid, group: found.pointee.pw_gid)
        }
        guard let account else {
            throw PrivatePostgresError(
                "the user \"postgres\" does not exist, and PostgreSQL does not run as root; install it: apt-get install postgresql")
        }
        return account
    }

    /// Gives a folder to the account.
    func own(_ path: String) throws {
        guard chown(path, user, group) == 0 else {
            throw PrivatePostgresError("\(path) cannot be given to the user \"postgres\": \(String(cString: strerror(errno)))")
        }
    }
}

import FoundationEssentials
import Glibc

/// The folders of one server: data and socket, and whether they go with it.
struct ServerFolder: Sendable {
    /// `.s.PGSQL.5432` and its slash must fit into the 107 bytes of a socket's path.
    private static let longestSocketFolder = 92
    private static let temporaryPrefix = "muster-postgres-"

    let path: String
    let socketPath: String
    private let removals: [String]

    var dataPath: String { "\(path)/data" }
    var isInitialised: Bool { FileManager.default.fileExists(atPath: "\(dataPath)/PG_VERSION") }

    /// A folder that stays, or a temporary one that goes when the server stops.
    static func prepare(_ directory: String?, account: ServerAccount?) throws -> ServerFolder {
        var removals: [String] = []
        func temporary() throws -> String {
            var template = Array("/tmp/\(temporaryPrefix)\(getpid())-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else {
                throw PrivatePostgresError("no temporary folder can be made in /tmp: \(String(cString: strerror(errno)))")
            }
            let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            removals.append(path)
            try account?.own(path)
            return path
        }
        let path: String
        if let directory {
            path = try absolute(directory)
            try makePrivate(path, account)
        } else {
            removeAbandoned()
            path = try temporary()
        }
        var socketPath = "\(path)/socket"
        if socketPath.utf8.count > longestSocketFolder {
            socketPath = try temporary()
        } else {
            try makePrivate(socketPath, account)
        }
        return ServerFolder(path: path, socketPath: socketPath, removals: removals)
    }

    /// Removes what was temporary.
    func remove() {
        for path in removals { Self.removeTree(path) }
    }

    /// Removes what was temporary while the server may still be writing there; blocks for up to two seconds.
    func removeInsistently() {
        for _ in 0..<200 {
            remove()
            if !removals.contains(where: FileManager.default.fileExists(atPath:)) { return }
            usleep(10_000)
        }
    }

    /// The server's own pid file tells whose it is in line 1, and in line 8 when it takes connections.
    func isReady(process: pid_t) -> Bool {
        guard let data = FileManager.default.contents(atPath: "\(dataPath)/postmaster.pid") else { return false }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count >= 8 && pid_t(lines[0]) == process && ["ready", "standby"].contains { lines[7].hasPrefix($0) }
    }

    private static func absolute(_ path: String) throws -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    private static func makePrivate(_ path: String, _ account: ServerAccount?) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw PrivatePostgresError("the folder \(path) cannot be made: \(error)")
        }
        try account?.own(path)
    }

    /// Folders of processes that were killed before they could clean up: their name holds the process id.
    private static func removeAbandoned() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? [] where name.hasPrefix(temporaryPrefix) {
            let owner = name.dropFirst(temporaryPrefix.count).prefix { $0 != "-" }
            guard let process = pid_t(owner), kill(process, 0) != 0, errno == ESRCH else { continue }
            removeTree("/tmp/\(name)")
        }
    }

    private static func removeTree(_ path: String) {
        // What cannot be removed now is removed by the next start.
        try? FileManager.default.removeItem(atPath: path)
    }
}

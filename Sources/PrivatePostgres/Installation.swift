import FoundationEssentials

/// Where PostgreSQL's programs are.
struct Installation: Sendable {
    let initdb: String
    let postgres: String

    /// The newest version below Debian's folder, else what `PATH` has.
    static func find(environment: [String: String]) throws -> Installation {
        let versions = "/usr/lib/postgresql"
        let installed = (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? []
        let newestFirst = installed.compactMap(Int.init).sorted(by: >).map { "\(versions)/\($0)/bin" }
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for folder in newestFirst + path {
            let found = Installation(initdb: "\(folder)/initdb", postgres: "\(folder)/postgres")
            if [found.initdb, found.postgres].allSatisfy(FileManager.default.isExecutableFile(atPath:)) { return found }
        }
        throw PrivatePostgresError("PostgreSQL's server is not installed; install it: apt-get install postgresql")
    }
}

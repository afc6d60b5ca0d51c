import SchedulerTesting
import Testing

@testable import muster

@Suite struct `Files for connections` {
    private func budget(limit: Int, used: Int = 10, database: Int = 10, proxy: Int = 0, listeners: Int = 1)
        -> FileBudget
    {
        FileBudget(
            limit: limit, used: used, databaseConnections: database, redisConnections: 2,
            homeserverConnections: 16 + proxy,
            listeners: listeners, loops: 2)
    }

    @Test(arguments: [(1024, 0), (1024, 100), (600, 0), (4096, 100), (1_048_576, 0)])
    func `connections and all that the process needs itself fit the limit`(limit: Int, proxy: Int) throws {
        let budget = budget(limit: limit, proxy: proxy)
        let connections = try budget.connections()
        #expect(connections >= FileBudget.leastConnections)
        #expect(connections + budget.ownFiles <= limit)
        #expect(connections <= FileBudget.usualConnections)
    }

    @Test func `systemd's soft limit leaves most of the usual connections, a high one all of them`() throws {
        #expect((700..<1000).contains(try budget(limit: 1024, proxy: 100).connections()))
        #expect(try budget(limit: 20_000).connections() == FileBudget.usualConnections)
    }

    @Test func `every file that the process needs itself is taken from its listeners`() throws {
        let plain = try budget(limit: 1024).connections()
        #expect(try budget(limit: 1024, used: 60).connections() == plain - 50)
        #expect(try budget(limit: 1024, database: 20).connections() == plain - 30)
        #expect(try budget(limit: 1024, proxy: 100).connections() == plain - 100)
        #expect(try budget(limit: 1024, listeners: 3).connections() == plain - 2)
    }

    @Test func `a limit that is too small to work refuses the start, and says what to raise`() throws {
        let least = budget(limit: 0).ownFiles + FileBudget.leastConnections
        #expect(try budget(limit: least).connections() == FileBudget.leastConnections)
        for limit in [0, 64, least - 1] {
            let failure = try #require(throws: CommandFailure.self) { try budget(limit: limit).connections() }
            #expect(failure.status == .configuration)
            #expect(failure.description.contains("\(limit)") && failure.description.contains("\(least)"), "\(failure)")
            #expect(failure.description.contains("LimitNOFILE="))
        }
    }

    @Test func `a homeserver with an address for clients has connections to both`() throws {
        let folder = try ConfigurationFolder()
        func calls(_ more: String) throws -> Int {
            let configuration = try folder.load("server_name: a.b\nhomeserver: {url: \"http://a\", admin_token: x\(more)}")
            return FileBudget(configuration, limit: 1024, used: 0).homeserverConnections
        }
        let plain = try calls("")
        #expect(plain > 0 && plain % 2 == 0)
        #expect(try calls(", client_url: \"http://b\"") == plain / 2 * 3)
    }

    @Test func `a process without a listener needs no place for connections`() throws {
        let needed = budget(limit: 0, listeners: 0).ownFiles
        #expect(try budget(limit: needed, listeners: 0).connections() == 0)
        #expect(throws: CommandFailure.self) { try budget(limit: needed - 1, listeners: 0).connections() }
    }

    @Test func `muster run under a limit that is too small ends with 78 and one clear line`() async throws {
        try await withMusterFleet(on: .init(url: "http://127.0.0.1:1", serverName: "h.test", adminToken: "x")) {
            fleet in
            let process = try await fleet.launch("main", wrapper: ["prlimit", "--nofile=150:150"])
            #expect(try await process.waitForEnd() == .exit(78))
            #expect(process.lines.contains { $0.contains("The limit of open files is 150") }, "\(process.lines)")
        }
    }
}

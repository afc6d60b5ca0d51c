import FoundationEssentials
import Logging
import Postgres
import PrivatePostgres
import SchedulerTesting
import Testing

struct ConnectTests {
    @Test func `nobody at the address is told plainly`() async throws {
        let error = await failure("host=127.0.0.1 port=1 dbname=x")
        #expect(error?.code == .connectFailed)
        #expect(error?.message.contains("Connection refused") == true)
        #expect(error?.isRetryable == true)
        let socket = await failure("host=/nonexistent dbname=x")
        #expect(socket?.message.contains("No such file or directory") == true)
        let unknown = await failure("host=no-such-host.invalid dbname=x")
        #expect(unknown?.message.contains("could not translate host name") == true)
    }

    @Test func `a missing database or role is a fault of the configuration`() async throws {
        let server = try await TestServer.shared.server()
        let database = await failure(server.conninfo(database: "nowhere"))
        #expect(database?.sqlState == "3D000")
        #expect(database?.isConfigurationProblem == true)
        #expect(database?.isRetryable == false)
        let role = await failure(server.conninfo + " user=nobody_here")
        #expect(role?.sqlState == "28000")
    }

    @Test func `a wrong password is told without the password`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("muster-hba-\(UUID().uuidString)")
        try "local all postgres trust\nlocal all all scram-sha-256\n".write(to: folder, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path)
        try await PrivatePostgres.withServer(settings: ["hba_file": folder.path]) { server in
            let admin = try await PostgresConnection.connect(PostgresConfiguration(conninfo: server.conninfo))
            try await admin.script("CREATE ROLE muster LOGIN PASSWORD 'correct horse'")
            await admin.close()
            let right = try await PostgresConnection.connect(
                PostgresConfiguration(conninfo: server.conninfo + " user=muster password='correct horse'"))
            await right.close()
            for conninfo in [" user=muster password=hunter2", " user=muster"] {
                let error = await failure(server.conninfo + conninfo)
                #expect(error?.sqlState == "28P01")
                #expect("\(String(reflecting: error))".contains("hunter2") == false)  // I11
            }
            // A client does not try again what cannot succeed.
            var configuration = PostgresConfiguration(conninfo: server.conninfo + " user=muster password=hunter2")
            configuration.poolWaitTimeout = .seconds(60)
            let client = PostgresClient(configuration, logger: Logger(label: "wrong"))
            let error = await #expect(throws: PostgresError.self) { try await client.execute(BackendID()) }
            #expect(error?.sqlState == "28P01")
            await client.shutdown()
        }
    }

    @Test func `a malformed connection string is not repeated`() async throws {
        for conninfo in ["postgresql://muster:hunter2%@host/x", "password=hunter2 nonsense", "postgresql://a:hunter2@[::1/x"] {
            let error = await failure(conninfo)
            #expect(error?.code == .invalidUse)
            #expect("\(String(reflecting: error))".contains("hunter2") == false)  // I11
            let configuration = PostgresConfiguration(conninfo: conninfo)
            #expect("\(configuration) \(String(reflecting: configuration))".contains("hunter2") == false)
        }
    }

    @Test func `of several hosts the one that takes writes is found`() async throws {
        let server = try await TestServer.shared.server()
        let socket = try #require(server.conninfo.split(separator: "'").dropFirst().first)
        let conninfo =
            "host=/nonexistent,127.0.0.1,\(socket) port=5432,1,5432 user=postgres dbname=postgres target_session_attrs=read-write"
        let connection = try await PostgresConnection.connect(PostgresConfiguration(conninfo: conninfo))
        #expect(try await connection.execute(BackendID()).count == 1)
        await connection.close()
    }

    @Test func `settings hold for the whole connection`() async throws {
        try await withTestDatabase { database in
            var configuration = PostgresConfiguration(conninfo: database.conninfo)
            configuration.applicationName = "muster claim"
            configuration.statementTimeout = .milliseconds(1500)
            // The limit of statements is known by one name, or the connection would misjudge what ran into it.
            configuration.settings = [
                "synchronous_commit": "off", "plan_cache_mode": "force_generic_plan", "statement_timeout": "1s",
            ]
            let connection = try await PostgresConnection.connect(configuration)
            #expect(try await connection.execute(Settings()) == [["muster claim", "1500ms", "off", "force_generic_plan", "UTF8"]])
            await connection.close()
            configuration.settings = ["no_such_setting": "x"]
            let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(configuration) }
            #expect(error?.sqlState == "42704")
        }
    }

    private func failure(_ conninfo: String) async -> PostgresError? {
        await #expect(throws: PostgresError.self) {
            let connection = try await PostgresConnection.connect(PostgresConfiguration(conninfo: conninfo))
            await connection.close()
        }
    }
}

private struct Settings: Statement {
    static let name = "settings"
    static let sql = """
        SELECT current_setting('application_name'), current_setting('statement_timeout'), current_setting('synchronous_commit'),
            current_setting('plan_cache_mode'), current_setting('client_encoding')
        """

    static func decode(_ row: inout RowReader) throws -> [String] {
        try [row.next(), row.next(), row.next(), row.next(), row.next()]
    }
}

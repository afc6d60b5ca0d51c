import FoundationEssentials
import PrivatePostgres
import SchedulerTesting
import Testing

@testable import Postgres

struct ConnectFailureTests {
    private func failure(_ conninfo: String, _ text: String, needsPassword: Bool = false) throws -> PostgresError {
        ConnectFailure(target: try #require(ConnectionTarget(parsing: conninfo)), text: text, needsPassword: needsPassword).error
    }

    @Test(arguments: [
        ("28P01", true), ("28000", true), ("3D000", true), ("53300", false), ("57P03", false), ("57P01", false), ("08P01", false),
    ])
    func `a refusal is known by its code alone`(state: String, isConfiguration: Bool) throws {
        let text = "connection to server at \"db1\", port 5432 failed: FATAL:  \(state)\n"
        let error = try failure("host=db1 user=muster dbname=tasks", text)
        #expect(error.sqlState == state && error.code == .connectFailed && error.isConfigurationProblem == isConfiguration)
        #expect(error.message.hasPrefix("connection to server at \"db1\", port 5432 failed: FATAL:  \(state) ("))
    }

    @Test func `no other word decides`() throws {
        for words in [
            "FATAL:  password authentication failed for user 28P01", "28P01", "28p01", "FATAL: 28P01", "role does not exist: 3D000",
        ] {
            let error = try failure("host=db1", words + "\n")
            #expect(error.sqlState == nil && error.isRetryable, "\(words)")
        }
        let missing = try failure("host=db1 user=m", "connection to server at \"db1\" failed: whatever\n", needsPassword: true)
        #expect(missing.sqlState == "28P01" && missing.message.contains("asks for a password"))
    }

    @Test func `of several hosts one that may come back is reason enough to try again`() throws {
        let down = "connection to server at \"a\", port 1 failed: Connection refused\n\tIs the server running on that host?\n"
        let wrong = "connection to server at \"b\", port 5432 failed: FATAL:  28P01\n"
        #expect(try failure("host=a,b", down + wrong).sqlState == nil)
        #expect(try failure("host=a,b", wrong + wrong).sqlState == "28P01")
        // One host by two addresses, or with and without encryption: the last word counts.
        #expect(try failure("host=a", down + wrong).sqlState == "28P01")
    }

    @Test func `only what is known to be harmless stands in quotes`() throws {  // I11
        // Where a quote does not end, nobody knows what is quoted.
        let odd = try failure("host=db1", "at \"db1\" \"hunter2\" and \"hunter2\n")
        #expect(!odd.message.contains("hunter2"))
        let paired = try failure("host=db1 sslrootcert=/etc/ca.pem", "at \"db1\" \"port\" \"/etc/ca.pem\" \"hunter2\"\n")
        #expect(paired.message == "at \"db1\" \"port\" \"/etc/ca.pem\" \"…\"")
        #expect(ConnectFailure.oneLine("the server said \"hunter2\"\n\tand left") == "the server said \"…\"; and left")
    }

    @Test(arguments: [
        "postgresql://muster:Se@cretTail9@127.0.0.1/x", "postgresql://muster:Se@@127.0.0.1:1/x",
        "postgresql://muster:Se/cretTail9@127.0.0.1/x",
        "postgresql://muster:1/cretTail9@127.0.0.1/x", "postgresql://mu@ster:cretTail9@127.0.0.1/x",
        "postgresql://muster:Secret,cretTail9@127.0.0.1@h,/x", "postgresql://muster:x@a,cretTail9@127.0.0.1/x",
        "host=127.0.0.1 port=cretTail9 dbname=x", "host=127.0.0.1 port=1 sslmode=cretTail9", "host=127.0.0.1 port=1 password='cretTail9'",
        "host=/nowhere service=cretTail9", "host=127.0.0.1 port=1 target_session_attrs=cretTail9",
        "host=127.0.0.1 port=1 keepalives=cretTail9",
        "host=127.0.0.1 port=1 sslmode=require sslcert=/x password=cretTail9", "host=cretTail9@127.0.0.1",
        "postgresql://muster:pw@127.0.0.1:cretTail9/x", "hostaddr=cretTail9@1 host=x",
    ])
    func `a mistyped connection string shows no part of a password`(conninfo: String) async throws {  // I11
        let error = await #expect(throws: PostgresError.self) {
            let connection = try await PostgresConnection.connect(PostgresConfiguration(conninfo: conninfo))
            await connection.close()
        }
        let shown = "\(String(reflecting: error)) \(error.map(String.init(describing:)) ?? "")"
        #expect(!shown.contains("cretTail9"), "\(shown)")
    }

    @Test func `a special character that was not encoded is explained, and is no reason to wait`() throws {
        for conninfo in ["postgresql://muster:a@b@127.0.0.1/x", "postgresql://muster:a/b@127.0.0.1/x"] {
            #expect(try #require(ConnectionTarget(parsing: conninfo)).problem?.contains("%40") == true)
        }
        for conninfo in ["postgresql://muster:a%40b@127.0.0.1:5432/x", "host=@/run/pg dbname=x", "host=a,b port=5432,", "", "host=/run/pg"]
        {
            #expect(try #require(ConnectionTarget(parsing: conninfo)).problem == nil)
        }
        #expect(PostgresConfiguration.holdsPassword("postgresql://muster:a%40b@h/x") && PostgresConfiguration.holdsPassword("password=x"))
        #expect(!PostgresConfiguration.holdsPassword("postgresql:///muster") && !PostgresConfiguration.holdsPassword("postgresql://%"))
    }

    @Test func `a value that libpq cannot use is a fault of the configuration`() async {
        let error = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect(PostgresConfiguration(conninfo: "host=127.0.0.1 sslmode=nonsense"))
        }
        #expect(error?.code == .invalidUse && error?.message == "invalid sslmode value: \"…\"")
    }

    @Test func `what a server says of a refusal is not repeated, in whatever language`() async throws {  // I11
        let server = try await TestServer.shared.server()
        let error = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect(
                PostgresConfiguration(conninfo: server.conninfo(database: "no@where/1") + " options='-c lc_messages=C'"))
        }
        #expect(error?.sqlState == "3D000" && error?.message.contains("the database does not exist") == true)
        #expect(error?.message.contains("no@where") == false)
    }
}

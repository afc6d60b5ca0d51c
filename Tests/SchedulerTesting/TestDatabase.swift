import FoundationEssentials
import Logging
public import Postgres

/// A database of one test's own.
public struct TestDatabase: Sendable {
    /// Its name, unique in the server.
    public let name: String
    /// How to connect to it.
    public let conninfo: String
    /// A client that is shut down at the end of the test.
    public let client: PostgresClient

    /// The same database for another role; whoever asks shuts its client down.
    public func connecting(as role: String) -> TestDatabase {
        let conninfo = "\(conninfo) user='\(role)'"
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.applicationName = "test client of a role"
        return TestDatabase(name: name, conninfo: conninfo, client: PostgresClient(configuration, logger: Logger(label: name)))
    }
}

/// A database that is prepared once per test process and copied for each test that names it.
public struct TestTemplate: Sendable {
    /// Lower-case letters, digits and underscores.
    public let name: String
    /// Fills the template, for instance by running the migrations.
    public let prepare: @Sendable (TestDatabase) async throws -> Void

    /// Names a template and says how to fill it.
    public init(name: String, prepare: @escaping @Sendable (TestDatabase) async throws -> Void) {
        self.name = name
        self.prepare = prepare
    }
}

/// Connections that a test left open; each is the application's name and its last statement.
public struct LeakedConnections: Error, CustomStringConvertible {
    /// What is still connected.
    public let connections: [String]

    /// Says what is still connected.
    public var description: String { "the test left \(connections.count) connections open: \(connections.joined(separator: " | "))" }
}

/// Lends a fresh database to `body` and drops it afterwards.
///
/// With a `template` it is a copy of that, which takes about 100 ms. Throws ``LeakedConnections`` when anything is still connected two
/// seconds after `body` has returned and the client was shut down.
public func withTestDatabase<R: Sendable>(
    template: TestTemplate? = nil, isolation: isolated (any Actor)? = #isolation, _ body: (TestDatabase) async throws -> R
) async throws -> R {
    if let template {
        try await TestServer.shared.prepareTemplate(template.name) {
            let database = try await create("template_\(template.name)", from: nil)
            try await template.prepare(database)
            await database.client.shutdown()
            try await expectNoConnections(to: database)
        }
    }
    let unique = UUID().uuidString.lowercased().replacing("-", with: "")
    let database = try await create("test_\(unique)", from: template.map { "template_\($0.name)" })
    let value: R
    do {
        value = try await body(database)
    } catch {
        await database.client.shutdown()
        try await drop(database)
        throw error
    }
    await database.client.shutdown()
    do {
        try await expectNoConnections(to: database)
    } catch {
        try await drop(database)
        throw error
    }
    try await drop(database)
    return value
}

private func create(_ name: String, from template: String?) async throws -> TestDatabase {
    let source = template.map { " TEMPLATE \"\($0)\"" } ?? ""
    try await TestServer.shared.admin().withConnection { try await $0.script("CREATE DATABASE \"\(name)\"\(source)") }
    let conninfo = try await TestServer.shared.server().conninfo(database: name)
    var configuration = PostgresConfiguration(conninfo: conninfo)
    configuration.applicationName = "test client"
    return TestDatabase(name: name, conninfo: conninfo, client: PostgresClient(configuration, logger: Logger(label: name)))
}

private func drop(_ database: TestDatabase) async throws {
    try await TestServer.shared.admin().withConnection { try await $0.script("DROP DATABASE \"\(database.name)\" WITH (FORCE)") }
}

private func expectNoConnections(to database: TestDatabase) async throws {
    let admin = try await TestServer.shared.admin()
    do {
        try await eventually(timeout: .seconds(2)) { try await admin.execute(ConnectionsTo(database: database.name)).isEmpty }
    } catch is NotInTime {
        throw LeakedConnections(connections: try await admin.execute(ConnectionsTo(database: database.name)))
    }
}

private struct ConnectionsTo: Statement {
    static let name = "connections_to"
    static let sql = "SELECT concat(application_name, ': ', query) FROM pg_stat_activity WHERE datname = $1::text"
    let database: String

    func bind(_ binds: inout Binds) { binds.add(database) }
    static func decode(_ row: inout RowReader) throws -> String { try row.next() }
}

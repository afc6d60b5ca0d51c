import Foundation
import Testing

@testable import muster

@Suite struct `Configuration: secrets` {
    let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    @Test func `a secret's file is read without its last line break`() throws {
        let path = try folder.write("secret", "hush hush\n")
        #expect(try folder.load("worker_replication_secret_path: \(path)").replicationSecret?.value == "hush hush")
    }

    @Test func `a dsn may stand in a file of its own`() throws {
        let dsn = try folder.write("dsn", "host=db1 dbname=muster password=hush\n")
        let path = try folder.write("only.yaml", "database: {dsn_path: \(dsn)}")
        #expect(try MusterConfiguration.load(paths: [path]).database.dsn.value == "host=db1 dbname=muster password=hush")
    }

    @Test func `both forms at once are refused`() throws {
        let problems = try folder.problems("worker_replication_secret: a\nworker_replication_secret_path: /b")
        #expect(problems.mention("shared.yaml:3", "'worker_replication_secret_path'", "'worker_replication_secret'", "keep one"))
    }

    @Test func `a file that is missing is named with its key`() throws {
        let problems = try folder.problems("redis: {enabled: true, password_path: /nowhere/redis}")
        #expect(problems.mention("shared.yaml:2", "'redis.password_path'", "/nowhere/redis", "does not exist"))
    }

    @Test func `an empty file and a folder are refused`() throws {
        let empty = try folder.write("empty", "\n")
        #expect(try folder.problems("worker_replication_secret_path: \(empty)").mention("which is empty"))
        #expect(try folder.problems("worker_replication_secret_path: \(folder.url.path)").mention("cannot be read"))
    }

    @Test func `a secret that everybody may read is a warning`() throws {
        let path = try folder.write("secret", "hush")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let configuration = try folder.load("worker_replication_secret_path: \(path)")
        #expect(configuration.warnings.mention("worker_replication_secret_path", "0640"))
    }

    @Test func `a secret that stands in a configuration that everybody may read is a warning`() throws {
        let path = try folder.write(
            "open.yaml",
            """
            database: {dsn: "postgresql://muster:hush@db/muster"}
            server_name: a.b
            redis: {enabled: true, password: hush1}
            homeserver: {url: "http://a", admin_token: hush3, puppet: none}
            """)
        #expect(try MusterConfiguration.load(paths: [path]).warnings.isEmpty)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let warnings = try MusterConfiguration.load(paths: [path]).warnings
        for key in ["database.dsn", "redis.password", "homeserver.admin_token"] {
            #expect(warnings.mention("open.yaml:", "'\(key)'", "0640", "\(key)_path"))
        }
        #expect(warnings.count == 3 && !warnings.mention("hush"))
        // A check from files says it too; a connection string without a password is no secret.
        #expect(try MusterConfiguration.load(paths: [path], secrets: .leave).warnings == warnings)
        let plain = try folder.write("plain.yaml", "database: {dsn: \"postgresql:///muster\"}")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: plain)
        #expect(try MusterConfiguration.load(paths: [plain]).warnings.isEmpty)
    }

    @Test func `a URL in the place of Redis's host is refused without being repeated`() throws {  // I11
        let problems = try folder.problems("redis: {enabled: true, host: \"redis://:hunter2@r1\"}")
        #expect(problems.mention("redis.host", "redis.password") && !problems.mention("hunter2"))
    }

    @Test func `no secret is in a printed configuration`() throws {  // I11
        let configuration = try folder.load(
            """
            server_name: a.b
            redis: {enabled: true, password: hush1}
            worker_replication_secret: hush2
            homeserver: {url: "http://a", admin_token: hush3, puppet: appservice, as_token: hush4}
            """)
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("hush") && !"\(configuration)".contains("hush") && !String(reflecting: configuration).contains("hush"))
        #expect(!dumped.contains("postgresql:///muster"))
    }

    @Test func `a wrong secret is not quoted`() throws {  // I11
        let path = try folder.write("only.yaml", "database: {dsn: hunter2}")
        do {
            _ = try MusterConfiguration.load(paths: [path])
            Issue.record("accepted")
        } catch {
            #expect(!error.description.contains("hunter2"))
        }
    }
}

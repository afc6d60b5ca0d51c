import Foundation
import SchedulerTesting
import Testing

@testable import muster

/// Mutations of a right configuration are read, or refused in lines that name the file, and nothing crashes.
///
/// The seeds are fixed.
@Suite(.timeLimit(.minutes(2))) struct `Configuration: mutated files` {
    private static let right = """
        server_name: example.org
        database: {dsn: "postgresql://muster@db1,db2/muster?target_session_attrs=read-write", pool_size: 5}
        redis: {enabled: false, host: localhost, port: 6379, dbid: 0}
        instance_map:
          main: {host: localhost, port: 9093}
          background_worker: {host: localhost, port: 9094}
        run_background_tasks_on: background_worker
        task_routes: {purge_history: [background_worker]}
        roll_call: {on_uncovered: reject, grace_period: 30s}
        homeserver: {url: "http://localhost:8008", admin_token: hush-hush-hush, puppet: admin_login}
        listeners:
          - {port: 8090, bind_addresses: ["127.0.0.1"], type: http, resources: [{names: [admin, health]}]}
        retention: {complete: 7d, failed: 30d, cancelled: 7d}
        worker: {concurrency: 20, poll_interval: 1s}
        heartbeat: {interval: 5s, dead_after: 20s}
        log: {level: info}

        """

    @Test(arguments: 1...UInt64(3)) func `each is read, or refused with the file's name and without secrets`(seed: UInt64) throws {  // I11
        let folder = try ConfigurationFolder()
        var mutation = Mutation(seed: seed)
        var refused = 0
        for round in 0..<400 {
            let file = folder.url.appending(path: "mutated.yaml")
            try Data(mutation.of(Self.right)).write(to: file)
            do {
                _ = try MusterConfiguration.load(paths: [file.path])
            } catch {
                refused += 1
                #expect(!error.problems.isEmpty, "seed \(seed), round \(round)")
                for line in error.problems {
                    #expect(line.contains("mutated.yaml") || line.contains("'"), "seed \(seed), round \(round): \(line)")
                    #expect(!line.contains("hush-hush"), "seed \(seed), round \(round): \(line)")
                    #expect(
                        line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E },
                        "seed \(seed), round \(round): \(line.debugDescription)")
                }
            }
        }
        #expect(refused > 100)
    }
}

import Testing

@testable import muster

@Suite struct `Configuration: the digest of what must agree` {
    let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    private static let shared = """
        instance_map: {main: {host: a, port: 1}, w1: {host: b, port: 2}, w2: {host: c, port: 3}}
        run_background_tasks_on: [w1, w2]
        task_routes: {purge_history: main}

        """

    private func digest(_ text: String, worker: String? = nil) throws -> String { try folder.load(text, worker: worker).topology.digest }

    @Test func `order, secrets, listeners and numbers do not change it`() throws {
        let first = try digest(Self.shared)
        #expect(first.count == 64)
        let same = """
            task_routes: {purge_history: [master]}
            run_background_tasks_on: [w2, w1]
            instance_map: {w2: {port: 3, host: c}, w1: {host: b, port: 2}, master: {host: a, port: 1}}
            worker_replication_secret: x
            worker: {concurrency: 3}
            listeners: [{port: 8090, resources: [{names: [health]}]}]
            """
        #expect(try digest(same) == first)
        #expect(try digest(Self.shared, worker: "worker_name: w1\nworker_listeners: []\ndatabase: {pool_size: 9}") == first)
    }

    @Test(arguments: [
        "roll_call: {on_uncovered: park}", "roll_call: {grace_period: 31s}", "pusher_instances: w1", "federation_sender_instances: [w1]",
    ])
    func `a route or the policy changes it`(_ line: String) throws {
        #expect(try digest(Self.shared + line) != digest(Self.shared))
    }

    @Test(arguments: ["run_background_tasks_on: w1", "task_routes: {purge_history: w1}", "instance_map: {w2: {host: c, port: 4}}"])
    func `a worker's file that overrides the shared part changes it`(_ line: String) throws {
        #expect(try digest(Self.shared, worker: "worker_name: w1\n\(line)") != digest(Self.shared))
    }
}

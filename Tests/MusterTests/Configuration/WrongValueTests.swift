import Testing

@testable import muster

@Suite struct `Configuration: values that cannot be used` {
    let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    @Test(arguments: [
        ("server_name: 12", ["'server_name'", "text", "a whole number", "quotes"]),
        ("server_name: 'exa mple'", ["'server_name'", "host name"]),
        ("redis: {enabled: maybe}", ["'redis.enabled'", "true or false", "text"]),
        ("redis: {port: high}", ["'redis.port'", "a whole number", "text"]),
        ("redis: {port: 1.5}", ["'redis.port'", "a whole number", "a number"]),
        ("redis: {port: 70000}", ["'redis.port'", "1 to 65535", "70000"]),
        ("redis: true", ["'redis'", "a mapping of keys", "true or false"]),
        ("listeners: {port: 1}", ["'listeners'", "a list", "a mapping of keys"]),
        ("listeners: [8090]", ["'listeners[0]'", "a mapping of keys"]),
        ("listeners: [{port: 1, type: tcp, resources: []}]", ["'listeners[0].type'", "http", "'tcp'"]),
        ("listeners: [{resources: []}]", ["'listeners[0].port'", "missing"]),
        ("listeners: [{port: 1}]", ["'listeners[0].resources'", "missing"]),
        ("listeners: [{port: 1, resources: []}, {port: 1, resources: []}]", ["'listeners[1].port'", "1 on 127.0.0.1", "taken"]),
        ("retention: {failed: 30}", ["'retention.failed'", "duration", "30s or 7d"]),
        ("retention: {failed: 3 days}", ["'retention.failed'", "duration"]),
        ("retention: {failed: 0s}", ["'retention.failed'", "1s to"]),
        ("worker: {concurrency: 0}", ["'worker.concurrency'", "1 to 1000", "not 0"]),
        ("worker: {poll_interval: 1ms}", ["'worker.poll_interval'", "50ms to 1m", "1ms"]),
        ("heartbeat: {interval: 10s}", ["'heartbeat.interval'", "three times", "20s and 10s"]),
        ("heartbeat: {interval: 1s, dead_after: 2s}", ["'heartbeat.dead_after'", "three times", "2s and 1s"]),
        ("log: {level: loud}", ["'log.level'", "one of trace", "'loud'"]),
        ("roll_call: {on_uncovered: wait}", ["'roll_call.on_uncovered'", "reject, park", "'wait'"]),
        ("run_background_tasks_on: []", ["'run_background_tasks_on'", "empty list"]),
        ("run_background_tasks_on: [1]", ["'run_background_tasks_on'", "a name", "a whole number", "quotes"]),
        ("run_background_tasks_on: {main: 1}", ["'run_background_tasks_on'", "a name or a list of names"]),
        ("task_routes: {Purge: main}", ["'task_routes'", "'Purge'", "lower-case"]),
        ("task_routes: {purge_history: 7}", ["'task_routes.purge_history'", "a name"]),
        ("instance_map: {'a b': {host: a, port: 1}}", ["'instance_map'", "'a b'"]),
        ("instance_map: {main: {host: a}}", ["'instance_map.main.port'", "missing"]),
        ("instance_map: {main: {host: a, port: 1, path: /x}}", ["'instance_map.main.path'", "either"]),
        ("instance_map: {main: {host: a, port: 1}, master: {host: a, port: 1}}", ["main process twice"]),
        ("limits: {Purge: {concurrency: 1}}", ["'limits'", "'Purge'", "lower-case"]),
        ("limits: {purge_history: 4}", ["'limits.purge_history'", "a mapping of keys"]),
        ("limits: {purge_history: {}}", ["'limits.purge_history'", "limits nothing"]),
        ("limits: {purge_history: {concurrency: 0}}", ["'limits.purge_history.concurrency'", "1 to 100000"]),
        ("limits: {purge_history: {rate: 50}}", ["'limits.purge_history.rate'", "text"]),
        ("limits: {purge_history: {rate: 50/y}}", ["'limits.purge_history.rate'", "50/s", "'50/y'"]),
        ("limits: {purge_history: {speed: 1}}", ["limits.purge_history.speed", "concurrency, rate"]),
        ("worker_listeners: []", ["'worker_listeners'", "is for workers"]),
        ("worker_app: muster.app.generic_worker", ["'worker_app'", "worker_name is missing"]),
        ("worker_app: muster.app.pusher\nworker_name: main", ["'worker_app'", "muster.app.generic_worker"]),
        ("worker_name: master", ["'worker_name'", "must not be 'master'"]),
        ("instance_map: {worker1: {host: a, port: 1}}\nworker_name: wroker1", ["shared.yaml:3", "'wroker1'", "did you mean 'worker1'?"]),
        ("homeserver: {admin_token: x}\nserver_name: a.b", ["'homeserver.url'", "missing"]),
        ("homeserver: {url: 'http://a'}\nserver_name: a.b", ["'homeserver.admin_token'", "missing", "admin_token_path"]),
        ("homeserver: {url: 'a.b', admin_token: x}\nserver_name: a.b", ["'homeserver.url'", "base URL"]),
        ("homeserver: {url: 'http://a', admin_token: x}", ["'server_name'", "missing"]),
        ("homeserver: {url: 'http://a', admin_token: x, puppet: doll}\nserver_name: a.b", ["'homeserver.puppet'", "appservice", "'doll'"]),
        ("homeserver: {url: 'http://a', admin_token: x, puppet: appservice}\nserver_name: a.b", ["'homeserver.as_token'", "missing"]),
        ("homeserver: {url: 'http://a', admin_token: x, as_token: y}\nserver_name: a.b", ["'homeserver.as_token'", "puppet: appservice"]),
        ("listeners: [{port: 1, resources: [{names: [replication]}]}]", ["'worker_replication_secret'", "missing"]),
        ("database: {dsn: \"postgresql:///x\", pool_size: 101}", ["'database'", "twice"]),
    ])
    func `each is refused in words that name the key`(_ text: String, _ words: [String]) throws {
        let problems = try folder.problems(text)
        #expect(problems.contains { line in words.allSatisfy(line.contains) }, "\(problems)")
        #expect(problems.allSatisfy { $0.contains("shared.yaml") })
    }

    @Test(arguments: [
        ("log: {}", ["'database'", "missing"]),
        ("database: {}", ["'database.dsn'", "missing", "dsn_path"]),
        ("database: {dsn: mysql}", ["'database.dsn'", "postgresql://"]),
        ("database: {dsn: \"postgresql:///x\", pool_size: 101}", ["'database.pool_size'", "1 to 100"]),
        ("database: {dsn: \"postgresql:///x\", pooler: session}", ["'database.pooler'", "one of none, transaction", "'session'"]),
        ("database: 5", ["'database'", "a mapping"]),
    ])
    func `the database is checked`(_ text: String, _ words: [String]) throws {
        let path = try folder.write("only.yaml", text)
        do {
            _ = try MusterConfiguration.load(paths: [path])
            Issue.record("accepted")
        } catch {
            #expect(error.problems.contains { line in words.allSatisfy(line.contains) }, "\(error.problems)")
        }
    }

    @Test func `replication on a public address is a warning`() throws {
        let listener = "{port: 1, bind_addresses: [0.0.0.0], resources: [{names: [replication]}]}"
        let configuration = try folder.load("worker_replication_secret: x\nlisteners: [\(listener)]")
        #expect(configuration.warnings.mention("replication", "0.0.0.0"))
    }

    @Test(arguments: [("127.0.0.1", true), ("10.1.2.3", true), ("172.20.0.1", true), ("::1", true), ("fd00::1", true), ("localhost", true)])
    func `private addresses are known`(_ address: String, _ isPrivate: Bool) { #expect(ListenerSettings.isPrivate(address) == isPrivate) }

    @Test(arguments: ["0.0.0.0", "8.8.8.8", "::", "172.32.0.1", "2001:db8::1"])
    func `other addresses are public`(_ address: String) { #expect(!ListenerSettings.isPrivate(address)) }
}

extension `Configuration: values that cannot be used` {
    @Test func `a proxy needs the admin paths beside it, and a homeserver that is not itself`() throws {
        let folder = try ConfigurationFolder()
        let alone = try folder.problems("listeners: [{port: 1, resources: [{names: [proxy]}]}]")
        #expect(alone.mention("'listeners[0].resources'", "add admin"))
        #expect(alone.mention("'homeserver'", "forwards to it"))
        for url in ["http://localhost:8090", "http://127.0.0.1:8090/"] {
            let itself = try folder.problems(
                """
                server_name: example.org
                homeserver: {url: "\(url)", admin_token: x}
                listeners: [{port: 8090, resources: [{names: [admin, proxy]}]}]
                """)
            #expect(itself.mention("'homeserver'", "homeserver's own address"))
        }
    }

    @Test func `a trusted proxy is an address or a network`() throws {
        let folder = try ConfigurationFolder()
        for wrong in ["localhost", "10.0.0.1/8", "127.0.0.1/33", "'*'"] {
            let problems = try folder.problems("trusted_proxies: [127.0.0.1, \(wrong)]")
            #expect(problems.mention("'trusted_proxies'", "IP addresses or networks"), "\(wrong)")
        }
    }
}

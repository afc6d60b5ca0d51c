import AdminAPI
import Foundation
import Scheduler
import Testing

@testable import muster

@Suite struct `Configuration: what is read` {
    let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    @Test func `a database is all that must be said`() throws {
        let configuration = try folder.load("")
        #expect(configuration.instance == "main" && configuration.isMain)
        #expect(configuration.database.dsn.value == "postgresql:///muster")
        #expect(configuration.database.poolSize == 5 && configuration.database.pooler == .none)
        #expect(configuration.redis == nil && configuration.homeserver == nil && configuration.replicationSecret == nil)
        #expect(configuration.topology.instances == ["main"] && configuration.topology.runBackgroundTasksOn == ["main"])
        #expect(configuration.settings == SchedulerSettings())
        #expect(configuration.listeners.isEmpty && configuration.warnings.isEmpty)
        #expect(configuration.log == LogSettings())
    }

    @Test func `the whole vocabulary is understood`() throws {
        let token = try folder.write("token", "syt_admin\n")
        let configuration = try folder.load(
            """
            server_name: example.org
            redis: {enabled: true, host: redis1, port: 6380, dbid: 2, password: hush}
            instance_map:
              main: {host: localhost, port: 9093}
              background_worker: {path: /run/muster/worker.sock}
            run_background_tasks_on: background_worker
            task_routes: {purge_history: [master, background_worker], redact_all_events: main}
            pusher_instances: [background_worker]
            update_user_directory_from_worker: background_worker
            roll_call: {on_uncovered: park, grace_period: 500ms}
            worker_replication_secret: hushhush
            homeserver: {url: "http://localhost:8008/", admin_token_path: "\(token)", puppet: none}
            trusted_proxies: ["127.0.0.1", "10.0.0.0/8", "::1"]
            listeners:
              - port: 0
                bind_addresses: ["127.0.0.1", "::1"]
                type: http
                resources: [{names: [admin, dashboard]}, {names: [metrics, health, replication, proxy]}]
            retention: {complete: 1d, failed: 2w, cancelled: 12h}
            heartbeat: {interval: 1s, dead_after: 3s}
            worker: {concurrency: 4, poll_interval: 250ms, shutdown_grace_period: 5m}
            log: {level: debug, format: json}
            """)
        #expect(configuration.serverName == "example.org")
        let redis = try #require(configuration.redis)
        #expect(redis.host == "redis1" && redis.port == 6380 && redis.dbid == 2 && redis.password?.value == "hush")
        #expect(
            configuration.instanceMap == [
                "main": .tcp(host: "localhost", port: 9093), "background_worker": .unix(path: "/run/muster/worker.sock"),
            ])
        #expect(configuration.trustedProxies == ["127.0.0.1", "10.0.0.0/8", "::1"].compactMap(AddressRange.init))
        let topology = configuration.topology
        #expect(topology.instances == ["background_worker", "main"] && topology.runBackgroundTasksOn == ["background_worker"])
        #expect(topology.taskRoutes == ["purge_history": ["main", "background_worker"], "redact_all_events": ["main"]])
        #expect(
            topology.dutyRoutes == ["pusher_instances": ["background_worker"], "update_user_directory_from_worker": ["background_worker"]])
        #expect(topology.onUncovered == .park && topology.gracePeriod == .milliseconds(500))
        let homeserver = try #require(configuration.homeserver)
        #expect(homeserver.url == "http://localhost:8008" && homeserver.adminToken.value == "syt_admin" && homeserver.puppet == .none)
        #expect(configuration.replicationSecret?.value == "hushhush")
        #expect(configuration.listeners.first?.resources == Set(ListenerSettings.Resource.allCases))
        #expect(configuration.listeners.first?.bindAddresses == ["127.0.0.1", "::1"])
        let settings = configuration.settings
        #expect(settings.retention.complete == .seconds(86_400) && settings.retention.failed == .seconds(14 * 86_400))
        #expect(settings.heartbeatInterval == .seconds(1) && settings.deadAfter == .seconds(3))
        #expect(settings.concurrency == 4 && settings.pollInterval == .milliseconds(250) && settings.shutdownGracePeriod == .seconds(300))
        #expect(configuration.log.level == .debug && configuration.log.format == .json)
    }

    @Test func `a worker has its name, its own listeners and the shared rest`() throws {
        let configuration = try folder.load(
            """
            instance_map: {main: {host: a, port: 1}, background_worker: {host: b, port: 2}}
            listeners: [{port: 8090, resources: [{names: [admin]}]}]
            """,
            worker: """
                worker_app: muster.app.generic_worker
                worker_name: background_worker
                worker_listeners: [{port: 8091, resources: [{names: [health]}]}]
                database: {pool_size: 2, pooler: transaction}
                """)
        #expect(configuration.instance == "background_worker" && !configuration.isMain)
        #expect(configuration.listeners.map(\.port) == [8091])
        #expect(configuration.database.pooler == .transaction)
        #expect(configuration.database.poolSize == 2 && configuration.database.dsn.value == "postgresql:///muster")
    }

    @Test func `a later file wins: mappings key by key, lists as a whole, an empty value takes the default`() throws {
        let configuration = try folder.load(
            """
            instance_map: {main: {host: a, port: 1}, w: {host: b, port: 2}}
            run_background_tasks_on: [main, w]
            log: {level: debug, format: json}
            roll_call: {on_uncovered: park}
            """,
            worker: "worker_name: w\nrun_background_tasks_on: [w]\nlog: {level: error}\nroll_call:\ninstance_map: {w: {path: /run/w}}\n")
        #expect(configuration.topology.runBackgroundTasksOn == ["w"])
        #expect(configuration.log.level == .error && configuration.log.format == .json)
        #expect(configuration.topology.onUncovered == .reject)
        #expect(configuration.instanceMap == ["main": .tcp(host: "a", port: 1), "w": .unix(path: "/run/w")])
    }

    @Test(arguments: [
        "run_background_tasks_on:", "run_background_tasks_on: null", "run_background_tasks_on: ''", "run_background_tasks_on: master",
    ])
    func `an absent run_background_tasks_on means main`(_ line: String) throws {
        #expect(try folder.load(line).topology.runBackgroundTasksOn == ["main"])
    }

    @Test func `environment variables are not expanded`() throws {
        #expect(try folder.load("log: {}\nredis: {enabled: true, host: \"${HOME}\"}").redis?.host == "${HOME}")
    }

    @Test func `a misspelt route is left to the roll call`() throws {
        let configuration = try folder.load("run_background_tasks_on: backgroud_worker")
        #expect(configuration.topology.runBackgroundTasksOn == ["backgroud_worker"])
    }

    @Test func `a redis that is off is not there, and its secret is not opened`() throws {
        #expect(try folder.load("redis: {enabled: false, password_path: /nowhere}").redis == nil)
    }
}

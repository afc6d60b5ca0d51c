import Testing

@testable import muster

@Suite struct `Configuration: what nobody knows` {
    let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    /// A file below the line of the database, and what the problem must say.
    @Test(arguments: [
        ("run_backgroud_tasks_on: main", "shared.yaml:2", "'run_backgroud_tasks_on'", "'run_background_tasks_on'"),
        ("log: {}\nredis:\n  enabled: true\n  passwrd: x", "shared.yaml:5", "'redis.passwrd'", "'redis.password'"),
        ("instance_map: {main: {hots: a, port: 1}}", "shared.yaml:2", "'instance_map.main.hots'", "'instance_map.main.host'"),
        ("roll_call: {on_uncoverd: park}", "shared.yaml:2", "'roll_call.on_uncoverd'", "'roll_call.on_uncovered'"),
        ("listeners:\n  - prot: 1\n    resources: []", "shared.yaml:3", "'listeners[0].prot'", "'listeners[0].port'"),
        ("listeners: [{port: 1, resources: [{name: [admin]}]}]", "shared.yaml:2", "resources[0].name'", "resources[0].names'"),
        ("retention: {completed: 1d}", "shared.yaml:2", "'retention.completed'", "'retention.complete'"),
        ("heartbeat: {dead_afterr: 1m}", "shared.yaml:2", "'heartbeat.dead_afterr'", "'heartbeat.dead_after'"),
        ("worker: {concurency: 1}", "shared.yaml:2", "'worker.concurency'", "'worker.concurrency'"),
        ("log: {levle: info}", "shared.yaml:2", "'log.levle'", "'log.level'"),
        ("homeserver: {urll: x}", "shared.yaml:2", "'homeserver.urll'", "'homeserver.url'"),
    ])
    func `a misspelt key is named with its line and the nearest key`(_ text: String, _ place: String, _ key: String, _ nearest: String)
        throws
    {
        let problems = try folder.problems(text)
        #expect(problems.mention(place, "unknown key \(key.hasPrefix("'") ? key : "")", "did you mean", nearest), "\(problems)")
        #expect(problems.mention(key), "\(problems)")
    }

    @Test func `a key that is near to none gets the list of keys`() throws {
        #expect(try folder.problems("log: {zzzzzzzzzzzz: 1}").mention("unknown key 'log.zzzzzzzzzzzz'", "format, level"))
    }

    @Test func `keys that are Synapse's are called that, all in one line, and get no alternatives`() throws {
        let problems = try folder.problems(
            "report_stats: false\nstream_writers: {events: [a]}\nredis: {use_tls: true}\n"
                + "listeners: [{port: 1, tls: false, resources: []}]")
        #expect(problems.count == 3, "\(problems)")
        #expect(problems.mention("shared.yaml:2", "'report_stats', 'stream_writers': Synapse's; not needed here"), "\(problems)")
        #expect(problems.mention("'redis.use_tls': Synapse's; not needed here") && problems.mention("'listeners[0].tls': Synapse's"))
        #expect(!problems.mention("did you mean") && !problems.mention("the keys here are"))
    }

    @Test func `a key that is near to none of many gets no list, and no wrong hint`() throws {
        let problems = try folder.problems("task_scheduler: {}")
        #expect(problems.count == 1 && problems.mention("unknown key 'task_scheduler'", "docs/configuration.md"), "\(problems)")
    }

    @Test func `one wrong value does not hide the next`() throws {
        let problems = try folder.problems("server_name: x.org\nhomeserver: {url: nowhere, client_url: here, admin_token: a}")
        #expect(problems.mention("'homeserver.url'") && problems.mention("'homeserver.client_url'"), "\(problems)")
    }

    @Test(arguments: ["schedules"])
    func `what does not work yet is refused as such`(_ key: String) throws {
        #expect(try folder.problems("\(key): {}").mention("shared.yaml:2", "'\(key)'", "not supported by this version"))
    }

    @Test func `an unknown resource gets the nearest`() throws {
        #expect(try folder.problems("listeners: [{port: 1, resources: [{names: [heatlh]}]}]").mention("'heatlh'", "did you mean 'health'?"))
    }

    @Test func `a problem of a worker's file names that file`() throws {
        let problems = try folder.problems("", worker: "log: {level: info}\nworker_nmae: w\n")
        #expect(problems.mention("worker.yaml:2", "'worker_nmae'", "'worker_name'"))
    }

    @Test func `all problems are shown at once`() throws {
        let problems = try folder.problems("retention: {complete: soon}\nlog: {level: loud}\nwhat: 1\nworker: {concurrency: 0}")
        #expect(problems.count == 4)
        #expect(!problems.contains { $0.contains { $0.isNewline } })
    }

    @Test func `a key that stands twice is named`() throws {
        #expect(try folder.problems("log: {level: info}\nlog: {level: debug}").mention("shared.yaml", "'log'", "twice"))
    }

    @Test func `all keys that stand twice are named, each with its line`() throws {
        let text = "log: {level: info, level: info, level: info}\ninstance_map:\n  a: {host: h, port: 1}\n  a: {host: h, host: i}\nlog: 1"
        let problems = try folder.problems(text)
        #expect(problems.count == 4, "\(problems)")
        for (line, key) in [(2, "level"), (5, "a"), (5, "host"), (6, "log")] {
            #expect(problems.mention("shared.yaml:\(line): the key '\(key)' stands twice"), "\(problems)")
        }
    }

    @Test func `text that is not YAML is named with its line and not quoted`() throws {  // I11
        let problems = try folder.problems("redis: {password: hush\nlog: [")
        #expect(problems.count == 1)
        #expect(problems.mention("shared.yaml:", "not YAML"))
        #expect(!problems.mention("hush"))
    }

    @Test func `a file that does not exist is named`() throws {
        #expect(throws: ConfigurationError.self) { try MusterConfiguration.load(paths: ["/nowhere/shared.yaml"]) }
        do {
            _ = try MusterConfiguration.load(paths: ["/nowhere/shared.yaml"])
        } catch {
            #expect(error.problems.mention("/nowhere/shared.yaml", "does not exist"))
        }
    }

    @Test func `a file that holds a list is refused`() throws {
        let path = try folder.write("list.yaml", "- a\n- b\n")
        do {
            _ = try MusterConfiguration.load(paths: [path])
            Issue.record("accepted")
        } catch {
            #expect(error.problems.mention("list.yaml:1", "keys and values", "a list"))
        }
    }
}

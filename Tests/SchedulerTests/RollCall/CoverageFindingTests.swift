import Scheduler
import Testing

@Suite struct `Roll call: who can run an action` {
    @Test func `a whole fleet has no findings`() throws {
        let report = try Roster.call([Roster.process("main"), Roster.process("background_worker")])
        #expect(report.isClean)
        #expect(report.coverage.map(\.action) == ["notify", "sweep"])
        #expect(report.coverage.allSatisfy { $0.state == .covered && $0.capable == ["background_worker"] && $0.lacking.isEmpty })
    }

    @Test func `a process on the route without the handler is found, and told what to do`() throws {  // I2
        let report = try Roster.call([Roster.process("main"), Roster.process("background_worker", handlers: Roster.without("sweep"))])
        let finding = try #require(report.findings.first)
        #expect(report.findings.count == 1)
        #expect(finding.kind == .missingHandler)
        #expect(finding.problem == "background_worker is on the route of sweep but its build has no handler for it.")
        #expect(finding.remedy == "Register the handler in that build, or take background_worker off the route (run_background_tasks_on).")
        #expect(finding.line.hasPrefix("missing_handler action=sweep process=background_worker: "))
        #expect(report.coverage(of: "sweep")?.state == .uncovered)
        #expect(report.coverage(of: "sweep")?.lacking == ["background_worker": .missingHandler])
        #expect(report.coverage(of: "sweep")?.isGapCertain == true)
        #expect(report.coverage(of: "notify")?.state == .covered)
    }

    @Test func `a missing handler is found even when another process covers the action`() throws {
        let topology = Topology(instances: ["main", "w"], taskRoutes: ["sweep": ["main", "w"]])
        let report = try Roster.call(topology, [Roster.process("main"), Roster.process("w", handlers: [])])
        #expect(report.findings.map(\.kind) == [.missingHandler])
        #expect(report.findings.first?.process == "w")
        #expect(report.findings.first?.remedy.contains("task_routes.sweep") == true)
        #expect(report.coverage(of: "sweep")?.state == .covered)
        #expect(report.coverage(of: "sweep")?.lacking == ["w": .missingHandler])
    }

    @Test func `a handler that cannot work is found with its own reason on one line`() throws {
        let handlers = Roster.changing("sweep") {
            $0.ready = false
            $0.reason = "no admin token\nin the configuration"
        }
        let report = try Roster.call([Roster.process("background_worker", handlers: handlers)])
        #expect(report.findings.map(\.kind) == [.handlerNotReady])
        #expect(report.findings.first?.problem.contains("no admin token in the configuration.") == true)
        #expect(report.coverage(of: "sweep")?.state == .uncovered)
    }

    @Test func `params of another version are found`() throws {
        let handlers = Roster.changing("notify") { $0.schemaDigest = "notify/1" }
        let report = try Roster.call([Roster.process("background_worker", handlers: handlers)])
        #expect(report.findings.map(\.kind) == [.schemaMismatch])
        #expect(report.findings.first?.process == "background_worker")
        #expect(report.coverage(of: "notify")?.lacking == ["background_worker": .schemaMismatch])
    }

    @Test(arguments: [[], [Roster.process("background_worker", isLive: false)], [Roster.process("background_worker", state: .stopped)]])
    func `an action whose processes are all away is found`(_ processes: [ProcessRecord]) throws {
        let report = try Roster.call([Roster.process("main")] + processes)
        #expect(report.findings.map(\.kind) == [.noLiveProcess, .noLiveProcess])
        #expect(report.findings.map(\.action) == ["notify", "sweep"])
        #expect(report.findings.allSatisfy { $0.process == "background_worker" && $0.remedy.hasPrefix("Start background_worker") })
        #expect(report.coverage(of: "sweep")?.isGapCertain == false)
    }

    @Test func `an absent process is no finding while another can run the action`() throws {
        let topology = Topology(instances: ["main", "w1", "w2"], runBackgroundTasksOn: ["w1", "w2"])
        let report = try Roster.call(topology, [Roster.process("w2")])
        #expect(report.isClean)
        #expect(report.coverage(of: "sweep")?.lacking == ["w1": .noLiveProcess])
        #expect(report.coverage(of: "sweep")?.capable == ["w2"])
    }

    @Test func `several absent processes make one finding that names them all`() throws {
        let topology = Topology(instances: ["main", "w1", "w2"], taskRoutes: ["sweep": ["w1", "w2"]])
        let report = try Roster.call(topology, [Roster.process("main")])
        #expect(report.findings.map(\.kind) == [.noLiveProcess])
        #expect(report.findings.first?.problem.contains("w1, w2 are on the route of sweep") == true)
    }

    @Test func `an empty route is found`() throws {
        let report = try Roster.call(Topology(taskRoutes: ["sweep": []]), [Roster.process("main")])
        #expect(report.findings.map(\.kind) == [.noLiveProcess])
        #expect(report.findings.first?.remedy.contains("task_routes.sweep") == true)
    }

    @Test func `an action that only a draining process has is found`() throws {
        let report = try Roster.call([Roster.process("background_worker", state: .draining)])
        #expect(report.findings.map(\.kind) == [.drainingOnly, .drainingOnly])
        #expect(report.coverage.allSatisfy { $0.state == .draining && $0.capable.isEmpty })
        #expect(report.coverage(of: "sweep")?.lacking == ["background_worker": .drainingOnly])
    }

    @Test func `a draining process without the handler is as good as none`() throws {
        let report = try Roster.call([Roster.process("background_worker", handlers: Roster.without("sweep"), state: .draining)])
        #expect(report.coverage(of: "sweep")?.state == .uncovered)
        #expect(report.findings.map(\.kind) == [.noLiveProcess, .drainingOnly])
    }

    @Test func `a duty key routes the actions of its group`() throws {
        let topology = Topology(instances: ["main", "pusher"], dutyRoutes: ["pusher_instances": ["pusher"]])
        let report = try Roster.call(topology, [Roster.process("main"), Roster.process("pusher", handlers: [])])
        #expect(report.findings.map(\.action) == ["notify"])
        #expect(report.findings.first?.remedy.contains("(pusher_instances)") == true)
        #expect(report.coverage(of: "sweep")?.route == ["main"])
    }

    @Test(arguments: ["main", "master"], ["main", "master"])
    func `main and master are the same process`(_ routed: String, _ running: String) throws {
        let report = try Roster.call(Topology(instances: ["main"], runBackgroundTasksOn: [routed]), [Roster.process(running)])
        #expect(report.isClean)
        #expect(report.coverage(of: "sweep")?.capable == ["main"])
    }
}

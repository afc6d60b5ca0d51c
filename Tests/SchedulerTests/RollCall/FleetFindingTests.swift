import Scheduler
import Testing

@Suite struct `Roll call: the fleet as a whole` {
    @Test func `a misspelt run_background_tasks_on is found with the nearest name`() throws {
        let topology = Topology(instances: ["main", "background_worker"], runBackgroundTasksOn: ["backgroud_worker"])
        let report = try Roster.call(topology, [Roster.process("main"), Roster.process("background_worker")])
        #expect(report.findings.map(\.kind) == [.unknownInstance])
        let finding = try #require(report.findings.first)
        #expect(finding.process == "backgroud_worker")
        #expect(finding.problem.hasPrefix("run_background_tasks_on names backgroud_worker, which instance_map lacks"))
        #expect(finding.remedy.hasPrefix("Write background_worker"))
        #expect(report.coverage.allSatisfy { $0.state == .uncovered && $0.lacking == ["backgroud_worker": .unknownInstance] })
    }

    @Test func `unknown names in task_routes and duty keys are found under their keys`() throws {
        // A duty key that routes no action changes nothing, and stops nothing.
        let topology = Topology(
            taskRoutes: ["sweep": ["zebra"]], dutyRoutes: ["pusher_instances": ["mian"], "federation_sender_instances": ["sender1"]])
        let report = try Roster.call(topology, [Roster.process("main")])
        #expect(report.findings.map(\.kind) == [.unknownInstance, .unknownInstance])
        #expect(report.findings.contains { $0.action == "sweep" && $0.problem.hasPrefix("task_routes.sweep names zebra") })
        #expect(report.findings.contains { $0.problem.hasPrefix("pusher_instances names mian") && $0.remedy.contains("main") })
    }

    @Test func `two live processes of one name are found`() throws {
        let processes = ["main", "background_worker", "background_worker"].map { Roster.process($0) }
        let report = try Roster.call(processes)
        #expect(report.findings.map(\.kind) == [.duplicateInstance])
        #expect(report.findings.first?.process == "background_worker")
        #expect(report.findings.first?.problem == "2 live processes have the name background_worker.")
    }

    @Test func `a dead incarnation is no duplicate`() throws {
        let report = try Roster.call([Roster.process("background_worker", isLive: false), Roster.process("background_worker")])
        #expect(report.isClean)
    }

    @Test func `a gap in one of two incarnations is found though the other covers`() throws {
        let report = try Roster.call([Roster.process("background_worker"), Roster.process("background_worker", handlers: [])])
        #expect(report.coverage(of: "sweep")?.state == .covered)
        #expect(report.findings.map(\.kind) == [.missingHandler, .missingHandler, .duplicateInstance])
    }

    @Test func `the process whose shared configuration differs is found`() throws {
        let report = try Roster.call([
            Roster.process("main", config: "a"), Roster.process("other", config: "a"), Roster.process("background_worker", config: "b"),
        ])
        #expect(report.findings.map(\.kind) == [.configMismatch])
        #expect(report.findings.first?.process == "background_worker")
        #expect(report.findings.first?.problem.contains("main, other") == true)
    }

    @Test func `on a tie the main process's configuration is taken as right`() throws {
        let report = try Roster.call([Roster.process("background_worker", config: "a"), Roster.process("main", config: "b")])
        #expect(report.findings.map(\.process) == ["background_worker"])
    }

    @Test func `a process that is gone is not asked for its configuration`() throws {
        let report = try Roster.call([Roster.process("background_worker"), Roster.process("main", isLive: false, config: "old")])
        #expect(report.isClean)
    }

    @Test func `unfinished work of an action that nobody knows is found with its count`() throws {  // I3
        let report = try Roster.call([Roster.process("background_worker")], unfinished: ["polish": 7, "sweep": 3, "gone": 0])
        #expect(report.findings.map(\.kind) == [.unknownAction])
        #expect(report.findings.first?.action == "polish")
        #expect(report.findings.first?.problem.hasPrefix("7 unfinished") == true)
    }

    @Test func `an action that a newer live build knows is not unknown`() throws {
        let newer = Roster.handlers + [HandlerRecord(action: "polish", schemaDigest: "polish/1")]
        let report = try Roster.call([Roster.process("background_worker", handlers: newer)], unfinished: ["polish": 7])
        #expect(report.isClean)
    }

    @Test func `a route of an action that nobody knows is found with the nearest name`() throws {
        let topology = Topology(taskRoutes: ["swep": ["main"]])
        let report = try Roster.call(topology, [Roster.process("main")])
        #expect(report.findings.map(\.kind) == [.unknownAction])
        #expect(report.findings.first?.remedy.hasPrefix("Write sweep") == true)
    }

    @Test func `findings stand worst first and in the same order whatever the order of the processes`() throws {
        let topology = Topology(
            instances: ["main", "w1", "w2"], runBackgroundTasksOn: ["w1", "w2"], dutyRoutes: ["pusher_instances": ["w3"]])
        let processes = [
            Roster.process("w2", handlers: Roster.without("sweep")), Roster.process("w1", handlers: [], config: "b"),
            Roster.process("main"),
        ]
        let report = try Roster.call(topology, processes, unfinished: ["polish": 1])
        #expect(report.findings.map(\.kind) == [.unknownInstance, .missingHandler, .missingHandler, .unknownAction, .configMismatch])
        #expect(report.findings.map(\.process) == ["w3", "w1", "w2", nil, "w1"])
        let reversed = try Roster.call(topology, processes.reversed(), unfinished: ["polish": 1])
        #expect(reversed.findings == report.findings)
    }

    @Test func `every finding is two plain sentences on one line`() throws {
        let topology = Topology(
            instances: ["main", "w1"], runBackgroundTasksOn: ["w1", "x"], taskRoutes: ["sweep": [], "swep": ["main"]])
        let report = try Roster.call(topology, [Roster.process("main", config: "b"), Roster.process("main")], unfinished: ["polish": 1])
        #expect(report.findings.count >= 6)
        for finding in report.findings {
            #expect(finding.problem.hasSuffix(".") && finding.remedy.hasSuffix("."))
            #expect(!finding.line.contains { $0.isNewline })
        }
    }
}

import Scheduler
import Testing

@Suite struct `Roll call: who may start` {
    @Test func `a process refuses to start for its own gaps only`() throws {
        let topology = Topology(instances: ["main", "w1", "w2"], runBackgroundTasksOn: ["w1", "w2"])
        let report = try Roster.call(
            topology,
            [
                Roster.process("main"), Roster.process("w1", handlers: Roster.without("sweep")),
                Roster.process("w2", handlers: Roster.changing("notify") { $0.ready = false }),
            ])
        #expect(RollCall.refusals(for: "w1", in: report).map(\.kind) == [.missingHandler])
        #expect(RollCall.refusals(for: "w2", in: report).map(\.kind) == [.handlerNotReady])
        #expect(RollCall.refusals(for: "main", in: report).isEmpty)
    }

    @Test func `what is unreachable is a warning: the action is covered, and nobody's start is forbidden`() throws {
        let uncertain = Roster.changing("sweep") { $0.reason = "nobody answers" }
        let report = try Roster.call([Roster.process("background_worker", handlers: uncertain)])
        #expect(report.coverage(of: "sweep")?.state == .covered)
        #expect(report.coverage(of: "sweep")?.capable == ["background_worker"])
        let finding = try #require(report.findings.first)
        #expect(report.findings.count == 1 && finding.kind == .dependencyUnreachable && finding.problem.contains("nobody answers"))
        // Shown, and no reason to fail a check.
        #expect(report.isClean && finding.isWarning)
        #expect(Finding.Kind.allCases.count { Finding(kind: $0, problem: "", remedy: "").isWarning } == 1)
        #expect(RollCall.refusals(for: "background_worker", in: report).isEmpty)
    }

    @Test func `a schema mismatch of its own forbids the start`() throws {
        let report = try Roster.call([
            Roster.process("background_worker", handlers: Roster.changing("sweep") { $0.schemaDigest = "sweep/9" })
        ])
        #expect(RollCall.refusals(for: "background_worker", in: report).map(\.kind) == [.schemaMismatch])
        #expect(RollCall.refusals(for: "main", in: report).isEmpty)
    }

    @Test func `a misspelt route forbids every start`() throws {
        let report = try Roster.call(Topology(runBackgroundTasksOn: ["mian"]), [Roster.process("main")])
        #expect(RollCall.refusals(for: "main", in: report).map(\.kind) == [.unknownInstance])
        #expect(RollCall.refusals(for: "anybody", in: report).map(\.kind) == [.unknownInstance])
    }

    @Test func `a second process of a name may not start, by either name of main`() throws {
        let report = try Roster.call(Topology(), [Roster.process("main"), Roster.process("master")])
        #expect(RollCall.refusals(for: "main", in: report).map(\.kind) == [.duplicateInstance])
        #expect(RollCall.refusals(for: "master", in: report).map(\.kind) == [.duplicateInstance])
    }

    @Test func `absence, draining, other configurations and unknown actions forbid nothing`() throws {
        let topology = Topology(instances: ["main", "w1", "w2"], taskRoutes: ["sweep": ["w1"], "notify": ["w2"]])
        let report = try Roster.call(
            topology, [Roster.process("main"), Roster.process("w1", state: .draining, config: "b")], unfinished: ["polish": 1])
        #expect(Set(report.findings.map(\.kind)) == [.noLiveProcess, .drainingOnly, .configMismatch, .unknownAction])
        for instance in ["main", "w1", "w2"] { #expect(RollCall.refusals(for: instance, in: report).isEmpty) }
    }

    @Test func `before a deploy every instance answers with the manifest of its build`() throws {
        let manifests = ["main": Roster.handlers, "background_worker": Roster.without("sweep")]
        let report = try RollCall.check(
            catalogue: Roster.catalogue(), topology: Roster.topology, manifests: manifests, unfinished: ["polish": 2])
        #expect(report.findings.map(\.kind) == [.missingHandler, .unknownAction])
        #expect(RollCall.refusals(for: "background_worker", in: report).count == 1)
    }

    @Test func `before a deploy an instance without a manifest is away`() throws {
        let report = try RollCall.check(
            catalogue: Roster.catalogue(), topology: Roster.topology, manifests: ["main": Roster.handlers], unfinished: [:])
        #expect(report.findings.map(\.kind) == [.noLiveProcess, .noLiveProcess])
    }
}

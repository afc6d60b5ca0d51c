import Testing

@testable import Scheduler

/// A chain: `plan` submits `dig`, which submits `carry`.
private enum Plan: Action {
    struct Params: Codable, Sendable {}
    static let name: ActionName = "plan"
    static let summary = "Plans"
    static let defaults = ActionDefaults()
    static let submits: [ActionName] = ["dig"]
}

private enum Dig: Action {
    struct Params: Codable, Sendable {}
    static let name: ActionName = "dig"
    static let summary = "Digs"
    static let defaults = ActionDefaults()
    static let submits: [ActionName] = ["carry", "plan"]
    static let maySubmit: [ActionName] = ["rest"]
}

private enum Carry: Action {
    struct Params: Codable, Sendable {}
    static let name: ActionName = "carry"
    static let summary = "Carries"
    static let defaults = ActionDefaults()
}

@Suite struct `Roll call: what an action submits` {
    private static let actions = [ActionDefinition(Plan.self), ActionDefinition(Dig.self), ActionDefinition(Carry.self)]
    private static let topology = Topology(
        instances: ["main", "w1", "w2"], runBackgroundTasksOn: ["w1"], taskRoutes: ["carry": ["w2"]])

    private func call(_ actions: [ActionDefinition] = actions, lacking: ActionName?) throws -> RollCallReport {
        let handlers = Self.actions.filter { $0.name != lacking }.map { HandlerRecord(action: $0.name, schemaDigest: $0.schemaDigest) }
        return RollCall.call(
            catalogue: try Catalogue(actions), topology: Self.topology,
            processes: ["w1", "w2"].map { Roster.process($0, handlers: handlers) }, unfinished: [:])
    }

    @Test func `is covered where all of it is`() throws {
        let report = try call(lacking: nil)
        #expect(report.isClean && report.coverage.allSatisfy { $0.state == .covered && $0.blockedBy == nil })
    }

    @Test func `belongs to its need, at whatever remove`() throws {
        let report = try call(lacking: "carry")
        let plan = try #require(report.coverage(of: "plan"))
        #expect(plan.state == .uncovered && plan.isGapCertain && plan.capable.isEmpty)
        #expect(plan.lacking == ["w1": .missingHandler, "w2": .missingHandler])
        #expect(report.coverage(of: "dig")?.blockedBy == "carry")
        #expect(Admission.decide(plan, uncoveredFor: nil, topology: Self.topology) == .refuse)
    }

    @Test func `is named in a finding of the action that submits it, which forbids no start`() throws {
        let report = try call(lacking: "carry")
        let finding = try #require(report.findings.first { $0.action == "dig" })
        #expect(finding.problem == "dig submits carry, which no live process can run: w2 (missing_handler).")
        #expect(RollCall.refusals(for: "w1", in: report).isEmpty)
        #expect(RollCall.refusals(for: "w2", in: report).map(\.action) == ["carry"])
    }

    @Test func `counts as uncovered when this build does not know it, unless it can be done without`() throws {
        let report = try call([ActionDefinition(Dig.self), ActionDefinition(Plan.self)], lacking: nil)
        #expect(report.coverage.allSatisfy { $0.state == .uncovered && $0.isGapCertain })
        #expect(report.findings.contains { $0.problem == "dig submits carry, which this build does not know." })
        #expect(!report.findings.contains { $0.problem.contains("rest") })
    }

    @Test func `is the same before a deploy`() throws {
        let handlers = Self.actions.dropLast().map { HandlerRecord(action: $0.name, schemaDigest: $0.schemaDigest) }
        let report = RollCall.check(
            catalogue: try Catalogue(Self.actions), topology: Self.topology, manifests: ["main": handlers, "w1": handlers, "w2": handlers],
            unfinished: [:])
        #expect(report.coverage(of: "plan")?.state == .uncovered)
    }
}

import FaultLedger
import Foundation
import Testing

/// The checker must be able to fail: each promise is broken once, by hand.
struct JudgementTests {
    private let boot = UUID()
    private let run = UUID()

    /// One task that was accepted, ran once and is complete.
    private var honest: Evidence {
        var evidence = Evidence()
        evidence.accepted = ["a": 1]
        evidence.routes = ["steady": ["one", "two"]]
        evidence.store = [row()]
        evidence.ledger = entries(run, boot)
        return evidence
    }

    private func row(_ id: Int64 = 1, _ label: String = "a", run: UUID? = nil, attempt: Int = 1) -> Evidence.Row {
        .init(
            id: id, label: label, action: "steady", status: "complete", attempt: attempt, crashes: 0, instance: "one", run: run ?? self.run)
    }

    private func entries(
        _ run: UUID, _ boot: UUID, attempt: Int = 1, on instance: String = "one", _ moments: [Ledger.Moment] = [.start, .effect, .end]
    ) -> [Ledger.Entry] {
        moments.map { Ledger.Entry(run: run, task: 1, attempt: attempt, instance: instance, boot: boot, moment: $0) }
    }

    @Test func `an honest ledger is judged innocent`() {
        let judgement = Judgement(honest)
        #expect(judgement.violations.isEmpty)
        #expect(judgement.tasks == 1 && judgement.lost == 0 && judgement.cut == 0 && judgement.repeated == 0)
    }

    @Test func `a task that is not there is lost`() {  // I1
        var evidence = honest
        evidence.store = []
        #expect(Judgement(evidence).lost == 1)
    }

    @Test(arguments: ["scheduled", "active", "parked", "failed"])
    func `a task that did not end as it must is lost`(_ status: String) {  // I8
        var evidence = honest
        evidence.store[0].status = status
        #expect(Judgement(evidence).lost == 1)
    }

    @Test func `a task that was to fail and completed is lost`() {
        var evidence = honest
        evidence.expected = ["a": .failed]
        #expect(Judgement(evidence).lost == 1)
    }

    @Test func `a task that nobody submitted is found`() {  // I1
        var evidence = honest
        evidence.store.append(row(2, "b"))
        evidence.ledger += entries(run, boot).map { with($0) { $0.task = 2 } }
        #expect(Judgement(evidence).violations.contains { $0.contains("nobody submitted") })
        evidence.inDoubt = ["b"]
        #expect(!Judgement(evidence).violations.contains { $0.contains("nobody submitted") })
    }

    @Test func `two tasks of one submission are found`() {
        var evidence = honest
        evidence.store.append(row(2))
        #expect(Judgement(evidence).violations.contains { $0.contains("two tasks") })
    }

    @Test func `a run off the route is found`() {  // I2
        var evidence = honest
        evidence.routes = ["steady": ["two"]]
        #expect(Judgement(evidence).violations.contains { $0.contains("route does not name") })
    }

    @Test func `an outcome of a run that had lost its claim is found`() {  // I4
        var evidence = honest
        evidence.disturbed = [boot]
        evidence.mayRepeat = 1
        // The second run began after the one that the store names.
        evidence.ledger += entries(UUID(), UUID(), attempt: 2, on: "two")
        #expect(Judgement(evidence).violations.contains { $0.contains("had lost its claim") })
    }

    @Test func `a completion without a run, without a return or without an effect is found`() {
        var evidence = honest
        evidence.ledger = []
        #expect(Judgement(evidence).violations.contains { $0.contains("never ran") })
        evidence.ledger = entries(run, boot, on: "one", [.start, .effect])
        #expect(Judgement(evidence).violations.contains { $0.contains("never returned") })
        evidence.ledger = entries(run, boot, on: "one", [.start, .end])
        #expect(Judgement(evidence).violations.contains { $0.contains("no effect") })
    }

    @Test func `an effect that nothing excuses is found, and one of a disturbed process is counted`() {  // I8
        let first = UUID()
        var evidence = honest
        evidence.store[0].attempt = 2
        evidence.ledger = entries(first, UUID()) + entries(run, boot, attempt: 2)
        evidence.mayRepeat = 1
        #expect(Judgement(evidence).violations.contains { $0.contains("nothing had disturbed") })
        evidence.disturbed = [evidence.ledger[0].boot]
        #expect(Judgement(evidence).violations.isEmpty)
        #expect(Judgement(evidence).repeated == 1)
        evidence.mayRepeat = 0
        #expect(Judgement(evidence).violations.contains { $0.contains("more than the bound") })
    }

    private func with(_ entry: Ledger.Entry, _ change: (inout Ledger.Entry) -> Void) -> Ledger.Entry {
        var entry = entry
        change(&entry)
        return entry
    }
}

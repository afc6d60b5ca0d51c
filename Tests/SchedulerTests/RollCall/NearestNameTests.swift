import Testing

@testable import Scheduler

@Suite struct `Nearest name` {
    @Test(arguments: [("backgroud_worker", "background_worker"), ("mian", "main"), ("Main", "main"), ("worker1", "worker2")])
    func `a slip finds the name that was meant`(_ written: String, _ meant: String) {
        #expect(NearestName.to(written, among: ["main", "background_worker", "worker2"]) == meant)
    }

    @Test func `a name that is far from all finds none`() {
        #expect(NearestName.to("zebra", among: ["background_worker"]) == nil)
        #expect(NearestName.to("zebra", among: []) == nil)
        // Half of the letters are wrong: a hint would mislead.
        #expect(NearestName.to("task_scheduler", among: ["task_routes", "retention"]) == nil)
    }

    @Test func `a swap counts once, and ties go by the alphabet`() {
        #expect(NearestName.edits(from: "mian", to: "main") == 1)
        #expect(NearestName.to("w", among: ["w2", "w1"]) == "w1")
        #expect(NearestName.edits(from: "", to: "abc") == 3)
    }
}

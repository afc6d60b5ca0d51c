import Scheduler
import Testing

/// Findings with one cause make one line.
struct FindingLineTests {
    private func finding(_ action: ActionName, _ process: String = "main", _ why: String = "the token is bad") -> Finding {
        Finding(
            kind: .handlerNotReady, action: action, process: process, problem: "\(process) cannot do \(action): \(why).",
            remedy: "Mend task_routes.\(action).")
    }

    @Test func `findings that differ by their action alone share a line that names them all`() {
        let lines = Finding.lines([finding("purge"), finding("purge_all"), finding("redact")])
        #expect(
            lines == [
                "handler_not_ready actions=purge,purge_all,redact process=main: main cannot do each of these actions: the token is bad. "
                    + "Mend task_routes.each of these actions."
            ])
    }

    @Test func `another cause, process or kind has a line of its own, in the order in which they were found`() {
        let other = Finding(kind: .duplicateInstance, process: "main", problem: "Two.", remedy: "Stop one.")
        let findings = [finding("purge"), finding("redact", "main", "it is too old"), other, finding("purge", "w"), finding("redact")]
        let lines = Finding.lines(findings)
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("handler_not_ready actions=purge,redact process=main: "))
        #expect(lines.dropFirst() == [findings[1].line, other.line, findings[3].line])
        #expect(Finding.lines([]).isEmpty)
    }
}

import LineOutput
import Testing

@Suite struct `Lines that wait` {
    private func text(_ queue: inout LineQueue) -> String {
        String(decoding: queue.take { "(\($0) dropped)" }, as: UTF8.self)
    }

    @Test func `come out whole and in their order, once`() {
        var queue = LineQueue(capacity: 100)
        queue.add("one")
        queue.add("")
        queue.add("zwei ü")
        #expect(text(&queue) == "one\n\nzwei ü\n")
        #expect(queue.isEmpty && text(&queue) == "")
    }

    @Test func `never are more than the bound, and what is missing is counted where it is missing`() {  // I9
        var queue = LineQueue(capacity: 10)
        queue.add("1234")
        queue.add("5678")
        queue.add("x")
        // A gap is one gap: what would fit again comes after it.
        queue.add("")
        #expect(queue.dropped == 2 && !queue.isEmpty)
        #expect(text(&queue) == "1234\n5678\n(2 dropped)\n")
        queue.add("after")
        #expect(queue.dropped == 0 && text(&queue) == "after\n")
    }

    @Test func `a line that is longer than the bound is dropped and counted`() {
        var queue = LineQueue(capacity: 10)
        queue.add(String(repeating: "x", count: 10))
        #expect(!queue.isEmpty && text(&queue) == "(1 dropped)\n")
    }
}

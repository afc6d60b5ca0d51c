import Glibc
import LineOutput
import SchedulerTesting
import Testing

/// A pipe whose ends are closed when the test ends.
private final class TestPipe: Sendable {
    let reader, writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        (reader, writer) = (ends[0], ends[1])
        // A page, so that few lines fill it.
        _ = fcntl(writer, 1031, 4096)  // F_SETPIPE_SZ
    }

    /// What can be read without waiting.
    func read() -> String {
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while case let count = Glibc.read(reader, &part, part.count), count > 0 { bytes += part[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Lines of a log` {
    init() { signal(SIGPIPE, SIG_IGN) }

    @Test(arguments: [true, false])
    func `wait for nobody; none is lost without being counted, once their reader goes on`(blocks: Bool) async throws {  // I9
        let pipe = TestPipe()
        if !blocks { _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK) }
        let writer = LineWriter(descriptor: pipe.writer, capacity: 20_000) { "\($0) lines were dropped" }
        let began = ContinuousClock.now
        for number in 0..<20_000 { writer.write("line \(number)") }
        // Nobody reads, and the machine may be busy; a writer that waits would wait for ever.
        #expect(began.duration(to: .now) < .seconds(20))
        #expect(!writer.flush(within: .milliseconds(50)))

        var seen = ""
        try await eventually("the gap and its size") {
            seen += pipe.read()
            return seen.contains("lines were dropped\n")
        }
        writer.write("the last")
        try await eventually("what came after it") {
            seen += pipe.read()
            return seen.hasSuffix("the last\n")
        }
        #expect(writer.flush(within: .seconds(5)))
        // Every gap stands where its lines are missing.
        var next = 0
        for line in seen.split(separator: "\n").dropLast() {
            if line.hasSuffix(" lines were dropped") {
                next += try #require(Int(line.prefix { $0 != " " }))
            } else {
                #expect(line == "line \(next)")
                next += 1
            }
        }
        #expect(next == 20_000)
    }

    @Test func `survive a full disk, and are tried again`() throws {
        let full = open("/dev/full", O_WRONLY)
        // The same number becomes a file that can be written, as a disk becomes one where somebody made room.
        let number = dup(full)
        let writer = LineWriter(descriptor: number)
        writer.write("one")
        #expect(!writer.flush(within: .milliseconds(50)))
        writer.write("two")
        let pipe = TestPipe()
        dup2(pipe.writer, number)
        #expect(writer.flush(within: .seconds(20)))
        #expect(pipe.read() == "one\ntwo\n")
    }

    @Test func `survive a reader that has gone`() {
        let pipe = TestPipe()
        close(pipe.reader)
        let writer = LineWriter(descriptor: pipe.writer)
        writer.write("one")
        #expect(!writer.flush(within: .milliseconds(50)))
        let next = TestPipe()
        dup2(next.writer, pipe.writer)
        #expect(writer.flush(within: .seconds(20)))
        #expect(next.read() == "one\n")
    }

    @Test func `are there at once when nothing is wrong`() {
        let pipe = TestPipe()
        let writer = LineWriter(descriptor: pipe.writer)
        for number in 0..<10 { writer.write("\(number)") }
        #expect(writer.flush(within: .seconds(20)) && pipe.read() == (0..<10).map { "\($0)\n" }.joined())
    }
}

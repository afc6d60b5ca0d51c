import Glibc
import Testing

@testable import Benchmarks

@Suite struct `What benchmarks read` {
    @Test(arguments: [
        ("postgresql://u:p@h1,h2:5433/db?sslmode=require", "postgresql://u:p@h1,h2:5433/b1?sslmode=require"),
        ("postgres://localhost", "postgres://localhost/b1"), ("postgresql:///x", "postgresql:///b1"),
        ("host='/tmp/x' user='postgres' dbname='postgres'", "host='/tmp/x' user='postgres' dbname='postgres' dbname='b1'"),
    ]) func `another database on the same server`(before: String, after: String) {
        #expect(ConnectionString.naming("b1", in: before) == after)
    }

    @Test func `the rate that pgbench prints`() {
        let text =
            "number of transactions actually processed: 900\nlatency average = 0.9 ms\ntps = 4123.456789 (without initial connection time)\n"
        #expect(Pgbench.rate(in: text) == 4123.456789)
        #expect(Pgbench.rate(in: "pgbench: error") == nil)
    }

    @Test func `an HTTP answer is read when it is complete and not before`() {
        let bytes = Array("HTTP/1.1 201 Created\r\nContent-Length: 4\r\nX: y\r\n\r\nabcd".utf8)
        #expect(HTTPAnswer.status(of: bytes[...]) == 201)
        for length in 0..<bytes.count { #expect(HTTPAnswer.status(of: bytes[..<length]) == nil) }
        #expect(HTTPAnswer.status(of: Array("HTTP/1.1 204 No Content\r\ncontent-lengths: 9\r\n\r\n".utf8)[...]) == 204)
    }

    @Test func `rows are divided into batches, the last of which may be smaller`() {
        let chunks = CopyRun.chunks(Array("a\nb\nc\nd\ne\n".utf8), lines: 2).map { String(decoding: $0, as: UTF8.self) }
        #expect(chunks == ["a\nb\n", "c\nd\n", "e\n"])
    }

    @Test func `turns give out every task once`() {
        let turns = Turns(total: 25, each: 10)
        #expect([turns.next(), turns.next(), turns.next(), turns.next()] == [10, 10, 5, nil])
    }

    @Test func `params have the size that was asked for and are JSON`() {
        for bytes in [30, 60, 2000] {
            let params = NoOp.params(at: 123_456_789, bytes: bytes)
            #expect(params.isObject)
            #expect(abs(params.utf8.count - bytes) <= 8)
        }
    }

    @Test func `a process has used time and memory, one that is gone has not`() {
        #expect(ProcessUsage.residentMiB(of: getpid()).map { $0 > 1 } == true)
        #expect(ProcessUsage.cpuSeconds(of: getpid()) != nil && ProcessUsage.cpuSecondsWithChildren(of: getpid()) != nil)
        #expect(ProcessUsage.cpuSeconds(of: 4_194_305) == nil)
    }

    @Test(arguments: [(0.123, "0.12"), (9.996, "10.0"), (99.96, "100"), (1234.5, "1,234"), (1_234_567, "1,234,567"), (-1500, "-1,500")])
    func `numbers are written with three digits that count`(value: Double, text: String) { #expect(FigureText.number(value) == text) }
}

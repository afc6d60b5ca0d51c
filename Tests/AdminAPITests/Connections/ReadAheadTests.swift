import NIOCore
import Testing

@testable import AdminAPI

@Suite struct `Reading ahead` {
    private static let head = "GET / HTTP/1.1\r\n\r\n"

    /// Counts requests as a parser would: what does not end yet goes on with the next piece.
    private struct Parser {
        private var text = ""

        /// Passes on whatever may be, and counts the requests that it ends.
        mutating func drain(_ ahead: inout ReadAhead) -> Int {
            var requests = 0
            while let piece = ahead.next() {
                text += String(buffer: piece)
                while let end = text.firstRange(of: "\r\n\r\n") {
                    text.removeSubrange(..<end.upperBound)
                    requests += 1
                    ahead.requestBegan(bodyLength: 0)
                    ahead.requestEnded()
                }
            }
            return requests
        }
    }

    @Test func `thousands of requests at once are parsed a few dozens at a time`() {  // I9
        var ahead = ReadAhead(limit: 16)
        var parser = Parser()
        let count = 65_536 / Self.head.utf8.count
        ahead.hold(ByteBuffer(string: String(repeating: Self.head, count: count)))
        let most = ahead.limit + ReadAhead.piece / Self.head.utf8.count
        var parsed = parser.drain(&ahead)
        #expect((16...most).contains(parsed) && !ahead.mayGoOn && !ahead.isEmpty)
        for _ in 0..<count where parsed < count {
            #expect(ahead.unanswered <= most)
            ahead.answerEnded()
            parsed += parser.drain(&ahead)
        }
        #expect(parsed == count && ahead.isEmpty)
    }

    @Test func `nothing more is read while too many wait, and again when one is answered`() {
        var ahead = ReadAhead(limit: 2)
        for _ in 0..<2 {
            #expect(ahead.mayGoOn)
            ahead.requestBegan(bodyLength: 0)
            ahead.requestEnded()
        }
        #expect(!ahead.mayGoOn)
        ahead.hold(ByteBuffer(string: Self.head))
        let none = ahead.next()
        #expect(none == nil)
        ahead.answerEnded()
        let next = ahead.next()
        #expect(next == ByteBuffer(string: Self.head) && ahead.isEmpty)
    }

    @Test func `a body that was announced passes as it comes, however many wait, and what follows in pieces`() {
        var ahead = ReadAhead(limit: 1)
        ahead.requestBegan(bodyLength: 50_000)
        #expect(ahead.mayGoOn)
        ahead.hold(ByteBuffer(repeating: 7, count: 30_000))
        let first = ahead.next()
        #expect(first?.readableBytes == 30_000)
        ahead.bodyCame(30_000)
        ahead.hold(ByteBuffer(repeating: 7, count: 30_000))
        let second = ahead.next()
        #expect(second?.readableBytes == 20_000)
        ahead.bodyCame(20_000)
        ahead.requestEnded()
        let blocked = ahead.next()
        #expect(blocked == nil)
        ahead.answerEnded()
        let third = ahead.next()
        #expect(third?.readableBytes == ReadAhead.piece)
    }

    @Test func `chunks are parsed in pieces: nobody knows where they end`() {
        var ahead = ReadAhead(limit: 1)
        ahead.requestBegan(bodyLength: nil)
        ahead.hold(ByteBuffer(repeating: 7, count: 10_000))
        var sizes: [Int] = []
        while let piece = ahead.next() {
            ahead.bodyCame(piece.readableBytes)
            sizes.append(piece.readableBytes)
        }
        #expect(sizes == [2048, 2048, 2048, 2048, 1808])
    }
}

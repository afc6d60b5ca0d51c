import SchedulerTesting
import Testing

@testable import Handlers

struct CutSearchTests {
    /// A room of one event a depth; answers as the homeserver does: the last event dated at a time or before, by its date.
    private struct Room {
        let times: [Int64]

        func place(_ depth: Int) -> RoomPlace { RoomPlace(eventID: "$\(depth)", ts: times[depth], depth: Int64(depth)) }

        func place(at ts: Int64) -> RoomPlace? {
            times.indices.filter { times[$0] <= ts }.max { (times[$0], $0) < (times[$1], $1) }.map(place)
        }

        func cuts(_ events: Int64, from first: Int = 0, asked: inout Int) -> [Int64]? {
            var (from, cuts) = (place(first), [Int64]())
            let last = place(times.count - 1)
            while true {
                var search = CutSearch(from: from, to: last, depths: events)
                while let ts = search.next() {
                    asked += 1
                    search.answer(place(at: ts))
                }
                guard let cut = search.cut else { return search.isEnd ? cuts : nil }
                cuts.append(cut.depth)
                from = cut
            }
        }
    }

    @Test func `events that come evenly are cut at the first question`() throws {
        var asked = 0
        let cuts = try #require(Room(times: (0..<20_000).map { Int64($0) * 500 }).cuts(2000, asked: &asked))
        #expect(cuts.count == 9 && asked == 9)
    }

    @Test func `events that come in bursts are cut with a few questions`() throws {
        var numbers = SeededNumbers(seed: 7)
        var (times, now) = ([Int64](), Int64(0))
        for _ in 0..<20_000 {
            now += Int.random(in: 0..<100, using: &numbers) == 0 ? .random(in: 0..<10_000_000, using: &numbers) : 200
            times.append(now)
        }
        var asked = 0
        let cuts = try #require(Room(times: times).cuts(2000, asked: &asked))
        #expect((7...13).contains(cuts.count) && asked < 100, "\(cuts.count) \(asked)")
        #expect(cuts == cuts.sorted())
    }

    @Test func `whatever dates senders invent, cuts rise and stay before the bound, or there are none`() {
        var numbers = SeededNumbers(seed: 11)
        for _ in 0..<100 {
            let times = (0..<400).map { depth in
                Int.random(in: 0..<4, using: &numbers) == 0 ? Int64.random(in: 0..<500_000, using: &numbers) : Int64(depth) * 1000
            }
            var asked = 0
            guard let cuts = Room(times: times).cuts(40, asked: &asked) else { continue }
            #expect(cuts == cuts.sorted() && cuts.allSatisfy { (1..<399).contains($0) })
            #expect(asked <= (cuts.count + 1) * CutSearch.most)
        }
    }

    @Test func `events of one moment cannot be cut by time`() {
        var asked = 0
        #expect(Room(times: Array(repeating: 5, count: 100)).cuts(10, asked: &asked) == nil)
        #expect(Room(times: Array(repeating: 5, count: 12)).cuts(10, asked: &asked) == [])
        #expect(asked == 0)
    }

    @Test func `a purge is proven by what hangs before its bound, and by nothing else`() {
        let place = { RoomPlace(eventID: "$\($0)", ts: 0, depth: $0) }
        func proof(_ oldest: Int64, _ bound: Int64) -> PurgeProof {
            .of(oldestID: "$\(oldest)", oldest: place(oldest), before: "$\(bound)", place: place(bound))
        }
        #expect(proof(5, 5) == .done && proof(6, 5) == .done && proof(4, 5) == .left)
        #expect(PurgeProof.of(oldestID: "$1", oldest: nil, before: "$1", place: nil) == .done)
        #expect(PurgeProof.of(oldestID: "$1", oldest: nil, before: "$2", place: place(2)) == .unknown)
        #expect(PurgeProof.of(oldestID: "$1", oldest: place(1), before: nil, place: nil) == .unknown)
        #expect(PurgeProof.of(oldestID: nil, oldest: nil, before: "$2", place: place(2)) == .unknown)
    }
}

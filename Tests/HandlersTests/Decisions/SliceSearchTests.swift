import SchedulerTesting
import Synchronization
import Testing

@testable import Handlers

struct SliceSearchTests {
    /// A room in which as many people write at once as is said for each depth; answers as the homeserver does.
    private final class CrowdedRoom: Sendable {
        let events: [RoomPlace]
        let calls = Mutex(0)

        /// - Parameter pause: milliseconds between two depths
        init(_ crowd: [Int], pause: (Int) -> Int64 = { _ in 500 }) {
            var (events, now) = ([RoomPlace](), Int64(0))
            for (depth, senders) in crowd.enumerated() {
                now += pause(depth)
                for number in 0..<senders {
                    events.append(RoomPlace(eventID: "$\(depth)-\(number)", ts: now + Int64(number), depth: Int64(depth)))
                }
            }
            self.events = events
        }

        /// How many events hang less deep.
        func count(before depth: Int64) -> Int {
            var (low, high) = (0, events.count)
            while low < high {
                let middle = (low + high) / 2
                if events[middle].depth < depth { low = middle + 1 } else { high = middle }
            }
            return low
        }

        private func place(at ts: Int64) -> RoomPlace? {
            calls.withLock { $0 += 2 }
            var (low, high) = (0, events.count)
            while low < high {
                let middle = (low + high) / 2
                if events[middle].ts <= ts { low = middle + 1 } else { high = middle }
            }
            return low > 0 ? events[low - 1] : nil
        }

        private func density(around place: RoomPlace) -> Double? {
            calls.withLock { $0 += 3 }
            guard let index = events[count(before: place.depth)...].firstIndex(of: place) else { return nil }
            let (first, last) = (max(0, index - 50), min(events.count - 1, index + 50))
            return Double(last - first) / Double(max(1, events[last].depth - events[first].depth))
        }

        /// How many events each slice holds, and how many it was said to hold.
        func slices(_ wanted: Int) async throws -> (real: [Int], said: [Int]) {
            var search = SliceSearch(place: { self.place(at: $0) }, density: { self.density(around: $0) })
            var (from, real, said) = (events[0], [Int](), [Int]())
            while let cut = try await search.cut(from: from, to: events[events.count - 1], events: wanted) {
                let end = cut.place ?? events[events.count - 1]
                real.append(count(before: end.depth) - count(before: from.depth))
                said.append(cut.events)
                guard let place = cut.place else { return (real, said) }
                from = place
            }
            Issue.record("times said nothing")
            return (real, said)
        }
    }

    @Test(arguments: [1, 3, 8, 30]) func `however many write at once, a slice holds about what it should`(_ senders: Int) async throws {
        let room = CrowdedRoom(Array(repeating: senders, count: 24_000 / senders))
        let (real, said) = try await room.slices(2000)
        #expect(real.dropLast().allSatisfy { (1000...3000).contains($0) } && real.max()! <= 3000, "\(real)")
        #expect(abs(said.reduce(0, +) - 24_000) < 4000, "\(said)")
        #expect(room.calls.withLock { $0 } <= 20 * real.count, "\(room.calls.withLock { $0 }) calls for \(real.count) slices")
    }

    @Test func `a crowd that comes and goes makes no slice large`() async throws {
        // As when a raid follows on quiet years: hours between messages, then many at once for minutes.
        let crowd =
            Array(repeating: 1, count: 3000) + Array(repeating: 8, count: 1500) + Array(repeating: 1, count: 2000)
            + Array(repeating: 20, count: 400)
        let room = CrowdedRoom(crowd) { crowd[$0] == 1 ? 3_600_000 : 500 }
        let (real, _) = try await room.slices(2000)
        #expect(real.allSatisfy { $0 <= 4000 }, "\(real)")
        #expect(real.reduce(0, +) > 24_000 && real.count <= 30, "\(real)")
        #expect(room.calls.withLock { $0 } <= 100 * real.count, "\(room.calls.withLock { $0 }) calls for \(real.count) slices")
    }

    @Test func `whatever the crowds, slices go forward, end, and cost a bounded number of calls`() async throws {
        var numbers = SeededNumbers(seed: 5)
        for _ in 0..<60 {
            var crowd: [Int] = []
            while crowd.count < 1500 {
                crowd += Array(repeating: .random(in: 1...12, using: &numbers), count: .random(in: 1...300, using: &numbers))
            }
            let pauses = crowd.map { _ in Int64.random(in: 15...5000, using: &numbers) }
            let room = CrowdedRoom(crowd) { pauses[$0] }
            let (real, _) = try await room.slices(500)
            #expect(real.allSatisfy { $0 > 0 || $0 == real.last } && real.count < 100, "\(real)")
            #expect(real.filter { $0 > 1500 }.count <= real.count / 10, "\(real)")
            #expect(room.calls.withLock { $0 } <= 190 * real.count)
        }
    }

    @Test func `a profile counts between its samples, and finds depths again`() {
        var profile = DepthProfile()
        #expect(profile.events(from: 10, to: 110) == 100 && profile.depth(of: 50, beyond: 10, upTo: 110) == 60)
        profile.add(2, at: 100)
        #expect(profile.events(from: 0, to: 100) == 200 && profile.events(from: 100, to: 200) == 200)
        profile.add(6, at: 200)
        #expect(profile.events(from: 100, to: 200) == 400 && profile.events(from: 50, to: 300) == 1100)
        #expect(profile.depth(of: 1100, beyond: 50, upTo: 1000) == 300 && profile.depth(of: 9999, beyond: 50, upTo: 300) == 300)
        #expect(profile.isKnown(at: 190, within: 10) && !profile.isKnown(at: 150, within: 10))
        profile.forget(before: 150)
        #expect(profile.events(from: 150, to: 200) == 250 && profile.events(from: 50, to: 100) == 100)
        // Behind a gap events may stand close again.
        profile.add(0.001, at: 400)
        #expect(profile.events(from: 400, to: 500) == 100)
    }

    @Test func `bounds that become too many are joined by twos`() {
        var (slices, joined) = (PurgeSlices(), 0)
        for number in 0..<1000 { joined += slices.add(.init(before: "$\(number)", upTo: nil, events: 10)) ? 1 : 0 }
        #expect(joined > 1 && slices.list.count <= PurgeSlices.most && slices.events == 10_000)
        #expect(slices.list.last?.before == "$999")
    }
}

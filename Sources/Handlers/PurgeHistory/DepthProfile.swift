/// How many events hang at each depth of a room, from samples at some depths: pure.
///
/// An event hangs below those that its sender's server had seen. So those that are sent at one moment share a depth, and there are as many
/// to a depth as people write at once.
struct DepthProfile: Sendable, Equatable {
    private struct Sample: Sendable, Equatable {
        let depth: Int64
        let density: Double
    }

    /// In order of depth; between two of them the density is taken to change evenly.
    private var samples: [Sample] = []

    /// Adds a sample; less than one event to a depth is a gap, behind which events may stand close again.
    mutating func add(_ density: Double, at depth: Int64) {
        let place = samples.firstIndex { $0.depth >= depth } ?? samples.endIndex
        let sample = Sample(depth: depth, density: max(1, density))
        if place < samples.endIndex, samples[place].depth == depth { samples[place] = sample } else { samples.insert(sample, at: place) }
    }

    /// Drops what is of no use beyond a depth.
    mutating func forget(before depth: Int64) {
        guard let last = samples.lastIndex(where: { $0.depth <= depth }) else { return }
        samples.removeFirst(last)
    }

    /// Whether there is a sample within some distance of a depth.
    func isKnown(at depth: Int64, within distance: Int64) -> Bool { samples.contains { abs($0.depth - depth) <= distance } }

    /// About how many events lie between two depths.
    func events(from low: Int64, to high: Int64) -> Double {
        guard low < high else { return 0 }
        let corners = [low] + samples.map(\.depth).filter { low < $0 && $0 < high } + [high]
        return zip(corners, corners.dropFirst()).reduce(0) { sum, ends in
            sum + Double(ends.1 - ends.0) * (density(at: ends.0) + density(at: ends.1)) / 2
        }
    }

    /// The depth to which about so many events lie, beyond one and not beyond another.
    func depth(of events: Int, beyond low: Int64, upTo high: Int64) -> Int64 {
        var (near, far) = (low + 1, max(high, low + 1))
        while near < far {
            let middle = near + (far - near) / 2
            if self.events(from: low, to: middle) < Double(events) { near = middle + 1 } else { far = middle }
        }
        return near
    }

    private func density(at depth: Int64) -> Double {
        guard let after = samples.firstIndex(where: { $0.depth >= depth }) else { return samples.last?.density ?? 1 }
        guard after > 0 else { return samples[after].density }
        let (left, right) = (samples[after - 1], samples[after])
        let part = Double(depth - left.depth) / Double(right.depth - left.depth)
        return left.density + (right.density - left.density) * part
    }
}

/// One client of the limit: claims on one connection while the batch before is finished on another, so that both backends work at once.
final class LimitClient {
    private let claims: BareConnection
    private let finishes: BareConnection
    private let batch: Int32
    // What travels as int8[]: five words of header, then length and value of each id.
    private var ids: [UInt8] = []
    private var count: Int32 = 0
    private var lowest = Int64.max

    init(_ conninfo: String, batch: Int) throws {
        self.batch = Int32(clamping: batch)
        claims = try BareConnection(conninfo)
        finishes = try BareConnection(conninfo)
        try claims.run(LimitScripts.claimingSession)
        try claims.prepare("claim", LimitScripts.claim)
        try finishes.run(LimitScripts.finishingSession)
        try finishes.prepare("finish", LimitScripts.finish)
        ids.reserveCapacity(20 + batch * 12)
    }

    /// Works until nothing is left; tells how many were finished after each batch.
    func work(_ floor: LimitFloor, _ finished: (Int) -> Void) throws {
        var earlier: Int32 = 0
        while true {
            if earlier > 0 { try sendFinish() }
            let asked = floor.value
            try sendClaim(behind: asked)
            if earlier > 0 {
                try finishes.receive("finish") { _ in }
                finished(Int(earlier))
            }
            try receiveClaim()
            earlier = count
            if count > 0 {
                floor.raise(to: lowest - 1)
            } else if asked == 0 {
                return
            } else {
                // Nothing behind the floor is not nothing at all.
                floor.reset()
            }
        }
    }

    private func sendClaim(behind floor: Int64) throws {
        try withUnsafeTemporaryAllocation(byteCount: 12, alignment: 8) { block in
            block.storeBytes(of: batch.bigEndian, toByteOffset: 0, as: Int32.self)
            withUnsafeBytes(of: floor.bigEndian) { UnsafeMutableRawBufferPointer(rebasing: block[4..<12]).copyMemory(from: $0) }
            try claims.send("claim", UnsafeRawBufferPointer(block), lengths: (4, 8))
        }
    }

    private func receiveClaim() throws {
        count = 0
        lowest = .max
        ids.removeAll(keepingCapacity: true)
        // One dimension, no nulls, int8, the length that is filled in below, from 1.
        for word in [1, 0, 20, 0, 1] as [Int32] { append(word) }
        try claims.receive("claim") { value in
            append(8)
            let bytes = UnsafeRawBufferPointer(start: value, count: 8)
            ids.append(contentsOf: bytes)
            lowest = min(lowest, Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
            count += 1
        }
        ids.withUnsafeMutableBytes { $0.storeBytes(of: count.bigEndian, toByteOffset: 12, as: Int32.self) }
    }

    private func sendFinish() throws {
        try ids.withUnsafeBytes { try finishes.send("finish", $0, lengths: (Int32(clamping: $0.count), nil)) }
    }

    private func append(_ word: Int32) { withUnsafeBytes(of: word.bigEndian) { ids.append(contentsOf: $0) } }
}

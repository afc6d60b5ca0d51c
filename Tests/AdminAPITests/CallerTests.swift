import HTTPTypes
import Scheduler
import Testing

@testable import AdminAPI

/// Whose word on its callers counts.
@Suite struct CallerTests {
    private static let claims: [(trusted: [String], peer: String, claim: String?, caller: String)] = [
        // Nobody is trusted unless named, this machine included.
        ([], "127.0.0.1", "203.0.113.7", "127.0.0.1"), ([], "::1", "203.0.113.7", "::1"), ([], "local", "203.0.113.7", "local"),
        (["10.0.0.1"], "127.0.0.1", "203.0.113.7", "127.0.0.1"), (["127.0.0.0/8"], "198.51.100.2", "203.0.113.7", "198.51.100.2"),
        (["127.0.0.1"], "127.0.0.1", "203.0.113.7", "203.0.113.7"), (["127.0.0.1"], "::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"),
        (["::1"], "::1", "2001:DB8::7", "2001:db8::7"), (["127.0.0.1"], "127.0.0.1", nil, "127.0.0.1"),
        // From the right: the first that is not trusted; what stands before it anybody can have written.
        (["127.0.0.1"], "127.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (["127.0.0.1", "10.0.0.0/8"], "127.0.0.1", "6.6.6.6, 203.0.113.7,\t10.1.2.3", "203.0.113.7"),
        (["127.0.0.1", "10.0.0.0/8"], "127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9"),
        // What is no address ends the reading where it was written.
        (["127.0.0.1"], "127.0.0.1", "unknown", "127.0.0.1"), (["127.0.0.1"], "127.0.0.1", "", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "<script>", "127.0.0.1"), (["127.0.0.1"], "127.0.0.1", "1\u{202E}.2", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "203.0.113.7:80", "127.0.0.1"), (["127.0.0.1"], "127.0.0.1", "203.0.113.7,", "127.0.0.1"),
        (["127.0.0.1", "10.0.0.0/8"], "127.0.0.1", "203.0.113.7, evil, 10.1.2.3", "10.1.2.3"),
        (["127.0.0.1"], "127.0.0.1", "1.2.3", "127.0.0.1"), (["127.0.0.1"], "127.0.0.1", "010.1.1.1", "127.0.0.1"),
    ]

    @Test(arguments: 0..<claims.count) func `the caller is the nearest address that is no trusted proxy`(index: Int) {
        let (trusted, peer, claim, caller) = Self.claims[index]
        var fields = HTTPFields()
        if let claim { fields[.forwardedFor] = claim }
        #expect(CallerAddress.of(fields, peer: peer, trusted: trusted.compactMap(AddressRange.init)) == caller, "\(Self.claims[index])")
    }

    @Test func `several headers are one list`() {
        var fields = HTTPFields()
        fields.append(HTTPField(name: .forwardedFor, value: "6.6.6.6"))
        fields.append(HTTPField(name: .forwardedFor, value: "203.0.113.7, 127.0.0.1"))
        #expect(CallerAddress.of(fields, peer: "127.0.0.1", trusted: ["127.0.0.1"].compactMap(AddressRange.init)) == "203.0.113.7")
    }

    @Test(arguments: [
        "", "localhost", "127.0.0.1/33", "127.0.0.1/-1", "127.0.0.1/+8", "127.0.0.1/", "127.0.0.1/8", "10.0.0.0/8 ", "1.2.3", "::1/129",
        "::1/64",
        "fe80::1%eth0", "[::1]", "10.0.0.0/8/8", "*",
    ])
    func `what is no address and no network is refused`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false), ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7/31", "192.0.2.6", false), ("192.0.2.6/31", "192.0.2.7", true), ("::ffff:192.0.2.7", "192.0.2.7", true),
    ])
    func `a network holds its addresses`(range: String, address: String, isIn: Bool) throws {
        let address = try #require(NetworkAddress(address))
        #expect((AddressRange(range)?.contains(address) ?? false) == isIn)
    }

    @Test func `a peer has its places, all of a network's customer count as one, and places come back`() throws {  // I9
        let places = PeerPlaces(inAll: 4, forEachPeer: 2)
        func refusal(_ caller: String) -> Int? {
            do {
                _ = try places.take(caller)
                return nil
            } catch {
                return (error as? APIError)?.retryAfter == nil ? 0 : (error as? APIError)?.status.code
            }
        }
        let first = try places.take("2001:db8:1:2::1")
        var second: PeerPlaces.Place? = try places.take("2001:db8:1:2:ffff::9")
        #expect(refusal("2001:db8:1:2::3") == 429)
        let others = [try places.take("2001:db8:1:3::1"), try places.take("192.0.2.1")]
        #expect(refusal("192.0.2.2") == 503 && refusal("2001:db8:1:2::3") == 429)
        first.leave()
        first.leave()
        #expect(places.count == 3)
        // Forgotten, as by an answer that was never written.
        second = nil
        #expect(second == nil && places.count == 2)
        for place in others { place.leave() }
        #expect(places.count == 0 && refusal("2001:db8:1:2::3") == nil && places.count == 0)
    }

    @Test func `a reader may stop for a while, and must take a least number of bytes over time`() {  // I9
        var pace = ReaderPace(leastBytes: 1000, in: .seconds(10))
        pace.wrote(1000, after: .seconds(9))
        #expect(pace.patience == .seconds(10))
        // At half the least rate half of each stop is not made up for.
        for _ in 0..<2 {
            pace.wrote(500, after: .seconds(10))
            #expect(pace.patience == .seconds(5))
        }
        pace.wrote(0, after: .seconds(60))
        #expect(pace.patience == .zero)
        pace.wrote(1_000_000, after: .zero)
        #expect(pace.patience == .seconds(10))
    }
}

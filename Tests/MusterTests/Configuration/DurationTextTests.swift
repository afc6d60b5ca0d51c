import Testing

@testable import muster

@Suite struct `Durations as people write them` {
    @Test(arguments: [
        ("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("12h", 43_200_000), ("7d", 604_800_000), ("2w", 1_209_600_000), ("0s", 0),
    ])
    func `a number with a unit is understood`(_ text: String, _ milliseconds: Int64) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "30", "s", "1.5s", "-1s", "3 d", "1M", "99999999999999999999s", "9223372036854775807d", "1000000d", "١s"])
    func `anything else is not`(_ text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(arguments: [("90s", "90s"), ("60s", "1m"), ("1500ms", "1500ms"), ("14d", "14d"), ("0ms", "0s")])
    func `it is written back with the largest unit that fits`(_ text: String, _ written: String) throws {
        #expect(DurationText.text(try #require(DurationText.parse(text))) == written)
    }
}

import Foundation
import HomeserverTasks
import Scheduler
import Testing

struct TimeWindowTests {
    private func wait(_ window: String, _ zone: String? = nil, at time: String) throws -> Duration? {
        let now = try #require(try? Date(time, strategy: .iso8601))
        return try TimeWindow(window, timeZone: zone).wait(at: now)
    }

    @Test func `open from the first minute to before the last`() throws {
        #expect(try wait("02:00-05:00", at: "2026-01-15T01:59:59Z") == .seconds(1))
        #expect(try wait("02:00-05:00", at: "2026-01-15T02:00:00Z") == nil)
        #expect(try wait("02:00–05:00", at: "2026-01-15T04:59:59Z") == nil)
        #expect(try wait("02:00-05:00", at: "2026-01-15T05:00:00Z") == .seconds(21 * 3600))
    }

    @Test func `over midnight`() throws {
        #expect(try wait("22:30-4:00", at: "2026-01-15T23:00:00Z") == nil)
        #expect(try wait("22:30-4:00", at: "2026-01-15T03:59:00Z") == nil)
        #expect(try wait("22:30-4:00", at: "2026-01-15T04:00:00Z") == .seconds(18 * 3600 + 1800))
        #expect(try wait("22:00-24:00", at: "2026-01-15T23:59:59Z") == nil)
        #expect(try wait("22:00-00:00", at: "2026-01-15T00:00:00Z") == .seconds(22 * 3600))
    }

    @Test func `the hours are those of the zone, also when clocks change`() throws {
        #expect(try wait("02:00-05:00", "Europe/Zurich", at: "2026-01-15T01:00:00Z") == nil)
        #expect(try wait("02:00-05:00", "Europe/Zurich", at: "2026-07-15T01:00:00Z") == nil)
        #expect(try wait("02:00-05:00", "Europe/Zurich", at: "2026-07-15T03:00:00Z") == .seconds(21 * 3600))
        // On 2026-03-29 02:00 is 03:00 there: the window opens then.
        #expect(try wait("02:00-05:00", "Europe/Zurich", at: "2026-03-28T23:30:00Z") == .seconds(5400))
        #expect(try wait("02:00-05:00", "Europe/Zurich", at: "2026-03-29T01:00:00Z") == nil)
        // On 2026-10-25 the hour from two to three comes twice, and both are in it.
        #expect(try wait("02:00-03:00", "Europe/Zurich", at: "2026-10-25T00:30:00Z") == nil)
        #expect(try wait("02:00-03:00", "Europe/Zurich", at: "2026-10-25T01:30:00Z") == nil)
    }

    @Test func `what is no window is refused with the field's name`() {
        func field(_ window: String, _ zone: String?) -> String? {
            do {
                _ = try TimeWindow(window, timeZone: zone)
                return nil
            } catch {
                return (error as? InvalidParams)?.field
            }
        }
        for text in [
            "", "-", "02:00", "02:00-02:00", "00:00-24:00", "25:00-01:00", "02:60-03:00", "2-5", "02:0-03:00", "02:00-03:00-04:00",
            "٠٢:00-03:00",
        ] {
            #expect(field(text, nil) == "window", "\(text)")
        }
        for zone in ["", "CET", "Europe/Nowhere", "../UTC"] { #expect(field("02:00-03:00", zone) == "time_zone", "\(zone)") }
        #expect(field("02:00-03:00", "UTC") == nil && field("02:00-03:00", nil) == nil)
    }
}

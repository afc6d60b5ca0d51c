import Scheduler

/// `limits`: what the whole fleet may do of single actions.
enum LimitsSection {
    static func read(_ top: Section) -> [ActionName: ActionLimit] {
        guard let section = top.section("limits") else { return [:] }
        var limits: [ActionName: ActionLimit] = [:]
        for entry in section.allEntries {
            let action = ActionName(rawValue: entry.key)
            guard action.isValid else {
                top.problems.add(entry.place, "'limits' has the action '\(entry.key)'; use lower-case letters, digits, '_', '.', '-'.")
                continue
            }
            guard let limit = Section(entry.value, path: section.name(entry.key), problems: top.problems) else { continue }
            let concurrency = limit.int("concurrency", in: 1...100_000)
            let rate = limit.text("rate").flatMap { text -> ActionLimit.Rate? in
                if let parsed = parse(text) { return parsed }
                limit.complain("rate", "must be a number per time, such as 50/s, 600/m or 1000/h, at most 1000000 a second, not '\(text)'.")
                return nil
            }
            limit.finish()
            if !limit.has("concurrency"), !limit.has("rate") {
                section.complain(entry.key, "limits nothing; give concurrency, rate, or both.")
            }
            limits[action] = ActionLimit(concurrency: concurrency, rate: rate)
        }
        return limits
    }

    private static let periods: [Substring: Duration] = [
        "s": .seconds(1), "m": .seconds(60), "h": .seconds(3_600), "d": .seconds(86_400),
    ]

    private static func parse(_ text: String) -> ActionLimit.Rate? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), count > 0, let period = periods[parts[1]] else { return nil }
        let rate = ActionLimit.Rate(count, per: period)
        return Double(count) / Double(period.components.seconds) <= 1_000_000 ? rate : nil
    }
}

/// A length of time as people write it: `90d`, `36h`, `2w`.
enum Age {
    /// Milliseconds; nil for what is no whole number of minutes, hours, days or weeks, is under a minute or over a hundred years.
    static func milliseconds(_ text: String) -> Int64? {
        guard let unit = units[text.last ?? " "], text.utf8.count <= 12 else { return nil }
        let digits = text.dropLast()
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(digits) else { return nil }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit)
        return !overflow && (60_000...100 * 366 * 86_400_000).contains(milliseconds) ? milliseconds : nil
    }

    private static let units: [Character: Int64] = ["m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
}

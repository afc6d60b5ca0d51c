/// Finds what somebody probably meant.
enum NearestWord {
    /// The known word with the fewest edits from `word`; nil when there are none.
    static func nearest(to word: String, among known: [String]) -> String? {
        known.map { (distance: distance(Array(word.utf8.prefix(100)), Array($0.utf8)), word: $0) }
            .min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}

/// How often the database refused one outcome, and what follows.
///
/// A refusal counts when the database has taken other outcomes since the last one: where it takes none, a permission that is missing or a
/// trigger that fails is to blame, and what was done must not be lost over that.
struct Refusals: Sendable, Hashable {
    /// Refusals after which the outcome is final: failed, with that reason.
    static let most = 5

    private(set) var count = 0
    private var takenBefore: Int?
    private var tries = 0

    /// Counts a refusal.
    ///
    /// - Parameter taken: how many outcomes of others the database has taken so far; nil for a refusal that never counts
    mutating func refused(taken: Int?) {
        tries += 1
        guard let taken else { return }
        if let takenBefore, taken <= takenBefore { return }
        takenBefore = taken
        count += 1
    }

    /// Whether it is to be tried no more.
    var isFinal: Bool { count >= Self.most }

    /// How long to wait before it is tried again: a second, doubling to 30.
    var wait: Duration { .seconds(min(1 << min(max(tries - 1, 0), 5), 30)) }
}

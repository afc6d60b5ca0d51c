/// Keeps a task that kills its process from taking its neighbours into quarantine (I5).
///
/// A process's death counts a crash against everything that it held. So a process that is given tasks which were there when one died holds
/// no more than it runs; and of those that one more crash would quarantine it holds one at a time, so that only the guilty one gets there.
/// A pure rule.
struct Suspicion: Sendable {
    /// What becomes of one claimed task.
    enum Fate: Sendable, Hashable {
        /// It goes to a lane.
        case start
        /// It goes back at once, untouched: no lane is free for it.
        case giveBack
        /// It goes back for a moment, untouched: another one at its last chance is held here.
        case wait
    }

    /// For how long a task at its last chance waits while another one runs.
    static let wait = Duration.milliseconds(250)

    /// Whether the last batch held a suspect: then nothing is claimed ahead.
    private(set) var isCareful = false

    private let maximumCrashes: Int

    /// - Parameter maximumCrashes: crashes after which a task is quarantined
    init(maximumCrashes: Int) { self.maximumCrashes = maximumCrashes }

    /// Whether one more crash would quarantine the task.
    func isLastChance(crashes: Int) -> Bool { crashes >= max(1, maximumCrashes - 1) }

    /// Which tasks may be claimed: those that saw fewer processes die than this.
    ///
    /// A claim counts as held from its commit on, long before it could be given back: beside a task at its last chance, which may end this
    /// process at any moment, another one must not be claimed at all.
    func mostCrashes(holdsLastChance: Bool) -> Int16 { holdsLastChance ? Int16(clamping: max(1, maximumCrashes - 1)) : .max }

    /// Judges a claimed batch.
    ///
    /// - Parameters:
    ///   - crashes: of each claimed task, in the order of their claim
    ///   - free: lanes that are free
    ///   - holdsLastChance: whether a task at its last chance is held here already
    /// - Returns: the fate of each; nil when all may wait for a lane as usual.
    mutating func judge(crashes: some Collection<Int>, free: Int, holdsLastChance: @autoclosure () -> Bool) -> [Fate]? {
        isCareful = crashes.contains { $0 > 0 }
        guard isCareful else { return nil }
        var free = free
        var holdsLastChance = holdsLastChance()
        return crashes.map { crashes in
            let isLast = isLastChance(crashes: crashes)
            if isLast, holdsLastChance { return .wait }
            guard free > 0 else { return .giveBack }
            free -= 1
            if isLast { holdsLastChance = true }
            return .start
        }
    }
}

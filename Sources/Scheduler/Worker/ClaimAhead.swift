/// How many tasks a process claims beyond its free lanes: those that will start within a moment at the rate at which attempts end now.
///
/// None while attempts take longer than that moment: a claim is quick beside them, and tasks that wait in one process cannot run in
/// another. A pure rule: time comes from outside.
struct ClaimAhead: Sendable {
    /// What is claimed ahead should start within this time.
    static let horizon = Duration.milliseconds(50)
    /// The most that is ever claimed ahead.
    static let most = 2000
    /// A claimed task that has waited this long for a lane is given back: the rate has dropped.
    static let patience = Duration.seconds(1)

    private static let growth = 4
    /// The longest time over which ends are counted.
    private static let sample = Duration.milliseconds(20)

    /// How many tasks may wait for a lane.
    private(set) var tasks = 0

    private let lanes: Int
    private var sampledAt: ContinuousClock.Instant
    private var endedThen = 0

    /// - Parameter lanes: attempts that run at once
    init(lanes: Int, now: ContinuousClock.Instant) {
        self.lanes = lanes
        sampledAt = now
    }

    /// Looks at the rate: the number grows at most fourfold each time that half as many attempts have ended, and falls at once.
    ///
    /// - Parameter ended: how many attempts have ended since the process started
    mutating func look(at now: ContinuousClock.Instant, ended: Int) {
        let count = ended - endedThen
        let took = sampledAt.duration(to: now)
        guard took >= Self.sample || (count >= max(lanes, tasks / 2) && took > .zero) else { return }
        let startable = Double(count) * (Self.horizon / took)
        let grown = min(Double(max(lanes, tasks) * Self.growth), Double(Self.most), startable)
        tasks = startable < Double(lanes) ? 0 : Int(grown)
        sampledAt = now
        endedThen = ended
    }

    /// Begins anew with none: whatever was claimed ahead was a mistake.
    mutating func reset(at now: ContinuousClock.Instant, ended: Int) {
        tasks = 0
        sampledAt = now
        endedThen = ended
    }
}

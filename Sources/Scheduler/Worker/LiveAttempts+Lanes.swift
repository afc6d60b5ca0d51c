/// How attempts get from the line to lanes.
extension LiveAttempts {
    /// Lanes that may exist now.
    func allowed(_ state: State) -> Int { concurrency + min(state.abandoned, concurrency) }

    /// Lanes that could take an attempt now.
    func free(_ state: State) -> Int { max(0, allowed(state) - state.busy) }

    /// Gives waiting attempts to lanes that have nothing to do, and opens new lanes where there may be more.
    func handOut(_ state: inout State, _ effects: inout Effects) {
        while !state.line.isEmpty {
            if let lane = state.idle.popLast(), let next = state.line.popFirst() {
                effects.resumed.append((lane, next))
            } else if state.lanes < allowed(state), let next = state.line.popFirst() {
                state.lanes += 1
                effects.opened.append(next)
            } else {
                return
            }
            state.busy += 1
        }
    }

    /// The next attempt for a lane that has finished one; waits until there is one.
    ///
    /// - Parameter isStained: whether the lane's Swift task was, or may have been, cancelled: it gets nothing more
    /// - Returns: nil when the lane is to end
    func next(after attempt: LiveAttempt, isStained: Bool) async -> LiveAttempt? {
        let step = change { state, effects in
            state.busy -= 1
            state.ended += 1
            if attempt.isAbandoned { state.abandoned -= 1 }
            let step = isStained ? Step.end : self.step(&state)
            if case .end = step {
                state.lanes -= 1
                handOut(&state, &effects)
            }
            return step
        }
        switch step {
        case .run(let attempt): return attempt
        case .end: return nil
        case .park: break
        }
        return await withCheckedContinuation { lane in
            let step = change { state, _ in
                let step = self.step(&state)
                switch step {
                case .park: state.idle.append(lane)
                case .end: state.lanes -= 1
                case .run: break
                }
                return step
            }
            switch step {
            case .run(let attempt): lane.resume(returning: attempt)
            case .end: lane.resume(returning: nil)
            case .park: break
            }
        }
    }

    /// Ends the lanes: those that have nothing to do at once, the others after the attempts that they run.
    func close() {
        change { state, effects in
            state.isOver = true
            state.lanes -= state.idle.count
            effects.resumed += state.idle.map { ($0, nil) }
            state.idle = []
        }
    }

    private enum Step {
        case run(LiveAttempt)
        case park
        case end
    }

    private func step(_ state: inout State) -> Step {
        if state.isOver || state.lanes > allowed(state) { return .end }
        guard let next = state.line.popFirst() else { return .park }
        state.busy += 1
        return .run(next)
    }
}

extension Worker {
    // Handlers are asked again whether they can work, more often while they cannot or nobody can tell, until cancelled.
    func prepareAgain() async {
        let pause = Signal()
        while !Task.isCancelled {
            let isWell = membership.manifest.allSatisfy { $0.reason == nil }
            let rest = isWell ? settings.prepareInterval : settings.heartbeatInterval * 2
            await doubts.wait(atMost: rest * Double.random(in: 0.75...1.25))
            // However many attempts say so, what they need is not asked more often than this.
            await pause.wait(timeout: settings.heartbeatInterval / 5)
            guard !Task.isCancelled, membership.isMember else { continue }
            let manifest = await Preparation(handlers: handlers, timeout: settings.prepareTimeout).manifest()
            guard !Task.isCancelled, manifest != membership.manifest else { continue }
            await attempt("renewing the manifest", atMost: .seconds(5)) {
                try await self.membership.renew(manifest)
            }
            joined.set()
            bell.hint()
        }
    }
}

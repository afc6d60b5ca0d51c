extension SandboxState {
    /// Lets a user upload files.
    public func upload(_ count: Int, by userID: String) {
        world.withLock { world in
            let first = world.users[userID]?.media.count ?? 0
            world.users[userID]?.media += (first..<first + count).map { "media\($0)" }
        }
    }

    /// Lets files of other servers lie in the cache, last used at these times in milliseconds since 1970.
    public func cacheMedia(lastUsed: [Int]) { world.withLock { $0.cachedMedia += lastUsed } }

    /// How many files a user has uploaded, and how many of them are quarantined.
    public func media(of userID: String) -> (count: Int, quarantined: Int) {
        world.withLock { world in
            let user = world.users[userID]
            return (user?.media.count ?? 0, user?.quarantinedMedia.count ?? 0)
        }
    }

    /// How many files of other servers lie in the cache.
    public var cachedMediaCount: Int { world.withLock { $0.cachedMedia.count } }

    /// Whether an account is deactivated.
    public func isDeactivated(_ userID: String) -> Bool { world.withLock { $0.users[userID]?.isDeactivated ?? false } }
}

extension World {
    /// Finds out who makes a call.
    ///
    /// - Parameters:
    ///   - token: the access token, from the header or the query.
    ///   - asUser: `user_id` of the query; only an application service may name somebody.
    ///   - asDevice: `device_id` of the query; likewise.
    func authenticate(token: String?, asUser: String?, asDevice: String?) throws(SandboxRefusal) -> Requester {
        guard let token else {
            throw SandboxRefusal(status: 401, errcode: "M_MISSING_TOKEN", message: "Missing access token")
        }
        if let serviceToken = settings.applicationServiceToken, token == serviceToken {
            return try masquerade(asUser: asUser, asDevice: asDevice)
        }
        guard let session = sessions[token], let user = users[session.userID] else {
            throw .unknownToken("Invalid access token passed.")
        }
        if let end = session.validUntilMilliseconds, end < Self.now() {
            throw .unknownToken("Access token has expired", softLogout: true)
        }
        if user.isLocked {
            throw SandboxRefusal(
                status: 401, errcode: "M_USER_LOCKED", message: "User account has been locked", details: ["soft_logout": true])
        }
        return Requester(userID: session.userID, deviceID: session.deviceID, isApplicationService: false)
    }

    private func masquerade(asUser: String?, asDevice: String?) throws(SandboxRefusal) -> Requester {
        guard let asUser else {
            return Requester(userID: "@application_service:\(serverName)", deviceID: nil, isApplicationService: true)
        }
        guard isLocal(asUser) else {
            throw .forbidden("Application service cannot masquerade as this user (\(asUser)).")
        }
        guard let user = users[asUser] else {
            throw .forbidden("Application service has not registered this user (\(asUser))")
        }
        if let asDevice, !user.devices.contains(asDevice) {
            throw SandboxRefusal(
                status: 400, errcode: "M_UNKNOWN_DEVICE",
                message: "Application service trying to use a device that doesn't exist ('\(asDevice)' for \(asUser))")
        }
        return Requester(userID: asUser, deviceID: asDevice, isApplicationService: true)
    }

    func requireAdmin(_ requester: Requester) throws(SandboxRefusal) {
        guard users[requester.userID]?.isAdmin == true else { throw .forbidden("You are not a server admin") }
    }

    /// Counts one message or redaction against the sender's limit.
    mutating func limitRate(of requester: Requester, now: ContinuousClock.Instant = .now) throws(SandboxRefusal) {
        guard !requester.isApplicationService, let user = users[requester.userID] else { return }
        var rate = settings.messageRate
        if let override = user.rateOverride {
            rate =
                override.messagesPerSecond == 0
                ? nil : SandboxRate(perSecond: Double(override.messagesPerSecond), burst: max(1, override.burstCount))
        }
        guard let rate else { return }
        var bucket = user.bucket ?? TokenBucket(burst: rate.burst, now: now)
        let wait = bucket.take(rate: rate, now: now)
        users[requester.userID]?.bucket = bucket
        if let wait { throw .limitExceeded(retryAfterMilliseconds: wait) }
    }
}

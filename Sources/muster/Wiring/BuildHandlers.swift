import AsyncHTTPClient
import Handlers
import HomeserverClient
import Scheduler

/// The handlers of this build: the one list that a process runs with and that its manifest is made from, so that they cannot differ.
enum BuildHandlers {
    /// A registry with every handler.
    ///
    /// - Parameters:
    ///   - homeserver: which homeserver they work on
    ///   - httpClient: shared by all; its owner shuts it down
    ///   - desk: where handlers submit further tasks; nil where they never run
    ///   - rehearsal: what to leave out
    static func registry(
        homeserver: HomeserverConfiguration, httpClient: HTTPClient, desk: (any TaskDesk)? = nil, rehearsal: Rehearsal = Rehearsal()
    ) throws -> HandlerRegistry {
        var registry = HandlerRegistry()
        try HomeserverHandlers.register(into: &registry, configuration: homeserver, httpClient: httpClient, desk: desk)
        rehearsal.apply(to: &registry)
        return registry
    }
}

extension HomeserverSettings {
    /// The same as the handlers and the admin API want it.
    var client: HomeserverConfiguration {
        let puppet: HomeserverConfiguration.Puppet =
            switch self.puppet {
            case .adminLogin: .adminLogin
            case .appservice: .applicationService(asToken: asToken?.value ?? "")
            case .none: .none
            }
        var configuration = HomeserverConfiguration(
            url: url, clientURL: clientURL, adminToken: adminToken.value, puppet: puppet, liftsRateLimits: liftsRateLimits)
        if let adminTokenPath { configuration.readAdminToken = { await Secret.readAgain(adminTokenPath)?.value } }
        return configuration
    }
}

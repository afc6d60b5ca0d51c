import AdminAPI
import AsyncHTTPClient
import HomeserverClient
import Hummingbird
import Logging
import Scheduler
import ServiceLifecycle

/// The HTTP servers of a process, as its configuration lists them.
struct Listeners: Sendable {
    let configuration: MusterConfiguration
    let scheduler: TaskScheduler
    let worker: Worker
    let stop: StopSwitch
    let httpClient: HTTPClient
    /// Carries what the `proxy` resource forwards.
    let proxyClient: HTTPClient
    /// Connections at once, of all together.
    let places: Int
    let logs: Logs

    /// One server for each address of each listener.
    var services: [any Service] {
        let api = api
        let logger = logs.logger("http")
        var services: [any Service] = []
        for listener in configuration.listeners {
            let resources = Set(listener.resources.compactMap(Self.served))
            for other in listener.resources where Self.served(other) == nil {
                logger.warning("listener resource not served by this version", metadata: ["resource": "\(other.rawValue)"])
            }
            guard !resources.isEmpty else { continue }
            for host in listener.bindAddresses {
                services.append(
                    api.listener(host: host, port: listener.port, resources: resources) { port in
                        logger.notice("listening", metadata: ["host": "\(host)", "port": "\(port)"])
                    })
            }
        }
        return services
    }

    private var api: AdminAPI {
        let homeserver = configuration.homeserver.map { HomeserverClient($0.client, httpClient: httpClient) }
        var settings = AdminAPISettings(serverName: configuration.serverName)
        settings.trustedProxies = configuration.trustedProxies
        settings.maximumConnections = places
        return AdminAPI(
            scheduler: scheduler,
            authenticator: Authenticator(scheduler: scheduler, homeserver: homeserver, settings: settings), homeserver: homeserver,
            settings: settings, readiness: readiness,
            proxy: configuration.homeserver.map { HomeserverProxy(url: $0.url, httpClient: proxyClient, settings: settings) },
            logger: logs.logger("http"))
    }

    private var readiness: ReadinessSource {
        let probe = ReadinessProbe(scheduler: scheduler, worker: worker, stop: stop)
        return { await probe.answer() }
    }

    private static func served(_ resource: ListenerSettings.Resource) -> AdminAPI.Resource? {
        switch resource {
        case .admin: .admin
        case .health: .health
        case .proxy: .proxy
        case .dashboard, .metrics, .replication: nil
        }
    }
}

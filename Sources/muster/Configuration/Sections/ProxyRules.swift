import Foundation

/// What must hold where a listener forwards to the homeserver.
enum ProxyRules {
    /// Complains of a proxy without a homeserver, and of one that would forward to itself.
    static func check(_ listeners: [ListenerSettings], _ homeserver: HomeserverSettings?, _ top: Section) {
        let proxies = listeners.filter { $0.resources.contains(.proxy) }
        guard !proxies.isEmpty else { return }
        guard top.has("homeserver") else {
            top.require("homeserver", "a listener serves proxy, which forwards to it; give its url and admin_token_path.")
            return
        }
        guard let url = homeserver.flatMap({ URLComponents(string: $0.url) }), let host = url.host else { return }
        let port = url.port ?? (url.scheme == "https" ? 443 : 80)
        let isHere = host == "localhost" || host.hasPrefix("127.") || host == "[::1]" || host == "::1"
        if proxies.contains(where: { $0.port == port && (isHere || $0.bindAddresses.contains(host)) }) {
            top.complain(
                "homeserver", "has the address of a listener of this process that serves proxy; give the homeserver's own address as url.")
        }
    }
}
